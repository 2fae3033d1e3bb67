package dev.chainrule.experiments.arima;

import dev.chainrule.base.InputException;
import dev.chainrule.base.progress.Progress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs work over series as they are read, on several threads, and hands the results on in the
 * series' order; only a few series a thread are in memory at any time. A series that cannot be used
 * is reported and the rest go on.
 */
final class Batch {
  private static final int AHEAD = 8;

  /** What is done to a series. */
  interface Work<R> {
    R of(InputSeries series) throws Exception;
  }

  /** What is done with a result. */
  interface Sink<R> {
    void accept(InputSeries series, R result) throws Exception;
  }

  private record Job<R>(InputSeries series, Future<R> result) {}

  private final List<Map<String, String>> failed = new ArrayList<>();
  private int done;

  /** What went wrong, one map with {@code unique_id} and {@code error} a series. */
  List<Map<String, String>> failed() {
    return failed;
  }

  <R> void run(SeriesReader reader, int threads, BooleanSupplier stop, Work<R> work, Sink<R> sink)
      throws Exception {
    ArrayDeque<Job<R>> jobs = new ArrayDeque<>();
    @Nullable Progress progress = null;
    // A search over candidates forks inside, onto the same threads.
    try (ForkJoinPool pool = new ForkJoinPool(threads)) {
      while ((reader.hasNext() && !stop.getAsBoolean()) || !jobs.isEmpty()) {
        while (reader.hasNext() && jobs.size() < AHEAD * threads && !stop.getAsBoolean()) {
          InputSeries series = reader.next();
          jobs.add(new Job<>(series, pool.submit(() -> of(series, work))));
        }
        if (progress == null && (done > 0 || jobs.size() > 1)) {
          progress = Progress.start("arima", 0, "series");
        }
        Job<R> job = jobs.poll();
        if (job != null) {
          finish(job, sink);
          if (progress != null) {
            progress.advance(1);
          }
        }
      }
    } finally {
      if (progress != null) {
        progress.close();
      }
    }
    if (done > 0 && failed.size() == done) {
      Map<String, String> first = failed.get(0);
      throw new InputException(
          (done > 1 ? "all " + done + " series failed; the first: " : "")
              + "series "
              + first.get("unique_id")
              + ": "
              + first.get("error"));
    }
  }

  private static <R> R of(InputSeries series, Work<R> work) throws Exception {
    String problem = series.problem();
    if (problem != null) {
      throw new InputException(problem);
    }
    return work.of(series);
  }

  private <R> void finish(Job<R> job, Sink<R> sink) throws Exception {
    done++;
    R result;
    try {
      result = job.result.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof InputException bad) {
        Map<String, String> entry = new LinkedHashMap<>();
        entry.put("unique_id", job.series.id());
        entry.put("error", String.valueOf(bad.getMessage()));
        failed.add(entry);
        if (done > 1 || failed.size() < done) {
          System.err.println("series " + job.series.id() + ": " + bad.getMessage());
        }
        return;
      }
      if (e.getCause() instanceof Exception other) {
        throw other;
      }
      throw e;
    }
    sink.accept(job.series, result);
  }
}
