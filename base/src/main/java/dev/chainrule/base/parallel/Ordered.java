package dev.chainrule.base.parallel;

import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;

/** Work on several threads whose results are handed on in order, few at a time in memory. */
public final class Ordered {
  private static final int AHEAD = 8;

  private Ordered() {}

  /**
   * What is done with a result, on the caller's thread.
   *
   * @param <R> what a piece of work results in
   * @param <E> what the sink may throw
   */
  @FunctionalInterface
  public interface Sink<R, E extends Exception> {
    void accept(int index, R result) throws E;
  }

  /**
   * Works on 0 to count - 1 until it is asked to stop.
   *
   * @param work throws nothing that is checked; what it throws ends the run
   * @throws InterruptedIOException if the caller's thread is interrupted
   */
  public static <R, E extends Exception> void run(
      int count, int threads, BooleanSupplier stop, IntFunction<R> work, Sink<R, E> sink)
      throws E, InterruptedIOException {
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
        sink.accept(done++, result(jobs.remove()));
      }
    }
  }

  private static <R> R result(Future<R> job) throws InterruptedIOException {
    try {
      return job.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException known ? known : new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }
}
