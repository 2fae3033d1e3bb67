package dev.chainrule.experiments.arima;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Excerpt;
import dev.chainrule.base.progress.Progress;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs work over series, on several threads, and hands the results on in the series' order; only a
 * few results a thread are in memory at any time. A series that cannot be used is reported and the
 * rest go on.
 */
final class Batch {
  private static final int AHEAD = 8;

  /** What is done to a series. */
  interface Work<R> {
    R of(InputSeries series);
  }

  /** What is done with a result. */
  interface Sink<R> {
    void accept(InputSeries series, R result) throws IOException;
  }

  private record Job<R>(InputSeries series, Future<R> result) {}

  private final List<Map<String, String>> failed = new ArrayList<>();
  private int done;

  /** Whether there is one series, whose problem ends the command and need not be said before. */
  private boolean one;

  /** What went wrong, one map with {@code unique_id} and {@code error} a series. */
  List<Map<String, String>> failed() {
    return failed;
  }

  /** Runs it over what was read for ARIMA. */
  <R> void run(ArimaInput.Work input, int threads, BooleanSupplier stop, Work<R> work, Sink<R> sink)
      throws IOException {
    run(input.series(), input.problems(), threads, stop, work, sink);
  }

  /**
   * Runs it.
   *
   * @param input series
   * @param problems what is wrong with those that could not be read, by id
   */
  <R> void run(
      List<InputSeries> input,
      Map<String, String> problems,
      int threads,
      BooleanSupplier stop,
      Work<R> work,
      Sink<R> sink)
      throws IOException {
    one = problems.size() + input.size() == 1;
    problems.forEach(this::fail);
    ArrayDeque<Job<R>> jobs = new ArrayDeque<>();
    Iterator<InputSeries> series = input.iterator();
    int count = input.size();
    // A search over candidates forks inside, onto the same threads.
    try (ForkJoinPool pool = new ForkJoinPool(threads);
        @Nullable Progress progress = count > 1 ? Progress.start("arima", count, "series") : null) {
      while ((series.hasNext() && !stop.getAsBoolean()) || !jobs.isEmpty()) {
        while (series.hasNext() && jobs.size() < AHEAD * threads && !stop.getAsBoolean()) {
          InputSeries next = series.next();
          jobs.add(new Job<>(next, pool.submit(() -> work.of(next))));
        }
        finish(jobs.remove(), sink);
        if (progress != null) {
          progress.advance(1);
        }
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

  private <R> void finish(Job<R> job, Sink<R> sink) throws IOException {
    R result;
    try {
      result = job.result.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof InputException bad) {
        fail(job.series.id(), String.valueOf(bad.getMessage()));
        return;
      }
      throw e.getCause() instanceof RuntimeException other ? other : new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
    done++;
    sink.accept(job.series, result);
  }

  private void fail(String id, String problem) {
    done++;
    Map<String, String> entry = new LinkedHashMap<>();
    entry.put("unique_id", id);
    entry.put("error", problem);
    failed.add(entry);
    if (!one) {
      System.err.println("series " + Excerpt.of(id) + ": " + problem);
    }
  }
}
