package dev.chainrule.arima.forecast;

import java.util.ArrayDeque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;

/** Work on several threads whose results are handed on in order, few at a time in memory. */
final class Ordered {
  private static final int AHEAD = 8;

  private Ordered() {}

  /** What is done with a result, on the caller's thread. */
  interface Sink<R> {
    void accept(int index, R result) throws Exception;
  }

  /** Works on 0 to count - 1 until it is asked to stop. */
  static <R> void run(
      int count, int threads, BooleanSupplier stop, IntFunction<R> work, Sink<R> sink)
      throws Exception {
    ArrayDeque<Future<R>> jobs = new ArrayDeque<>();
    int begun = 0;
    int done = 0;
    // A search over candidates forks inside, onto the same threads.
    try (ForkJoinPool pool = new ForkJoinPool(threads)) {
      while (!jobs.isEmpty() || (begun < count && !stop.getAsBoolean())) {
        while (begun < count && jobs.size() < AHEAD * threads && !stop.getAsBoolean()) {
          int index = begun++;
          jobs.add(pool.submit(() -> work.apply(index)));
        }
        sink.accept(done++, jobs.remove().get());
      }
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException known ? known : e;
    }
  }
}
