package dev.chainrule.experiments.arima;

import dev.chainrule.base.InputException;
import dev.chainrule.base.parallel.Ordered;
import dev.chainrule.base.progress.Progress;
import dev.chainrule.experiments.series.FailedSeries;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs work over series, on several threads, and hands the results on in the series' order; only a
 * few results a thread are in memory at any time. A series that cannot be used is reported and the
 * rest go on.
 */
final class Batch {
  /** What is done to a series. */
  interface Work<R> {
    R of(InputSeries series);
  }

  /** What is done with a result. */
  interface Sink<R> {
    void accept(InputSeries series, R result) throws IOException;
  }

  /** A result, or why there is none. */
  private record Ended<R>(@Nullable R result, String problem) {}

  private final FailedSeries failed = new FailedSeries();
  private int done;

  /** Whether there is one series, whose problem ends the command and need not be said before. */
  private boolean one;

  /** What went wrong, one map with {@code unique_id} and {@code error} a series. */
  List<Map<String, String>> failed() {
    return failed.all();
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
    int count = input.size();
    try (@Nullable Progress progress =
        count > 1 ? Progress.start("arima", count, "series") : null) {
      Ordered.run(
          count,
          threads,
          stop,
          i -> ended(input.get(i), work),
          (i, ended) -> {
            finish(input.get(i), ended, sink);
            if (progress != null) {
              progress.advance(1);
            }
          });
    }
    if (done > 0 && failed.all().size() == done) {
      throw failed.error();
    }
  }

  private static <R> Ended<R> ended(InputSeries series, Work<R> work) {
    try {
      return new Ended<>(work.of(series), "");
    } catch (InputException e) {
      return new Ended<>(null, String.valueOf(e.getMessage()));
    }
  }

  private <R> void finish(InputSeries series, Ended<R> ended, Sink<R> sink) throws IOException {
    R result = ended.result;
    if (result == null) {
      fail(series.id(), ended.problem);
      return;
    }
    done++;
    sink.accept(series, result);
  }

  private void fail(String id, String problem) {
    done++;
    failed.add(id, problem, !one);
  }
}
