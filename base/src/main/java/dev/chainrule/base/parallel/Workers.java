package dev.chainrule.base.parallel;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A team of n threads, the caller's among them, for tasks that are split into n parts of equal size
 * and repeated thousands of times a second: handing over a task allocates nothing and takes about a
 * microsecond while the team is busy, because a waiting thread spins for a while before it sleeps.
 *
 * <p>One thread at a time may call {@link #run}. The threads are daemons; {@link #close} ends them.
 */
public final class Workers implements AutoCloseable {
  /** Part {@code worker} of a task, from 0 to n - 1. */
  @FunctionalInterface
  public interface Task {
    void run(int worker);
  }

  private static final int SPINS = 20_000;

  private final Thread[] threads;
  private final AtomicInteger remaining = new AtomicInteger();
  private final AtomicInteger generation = new AtomicInteger();
  private volatile boolean closed;
  private volatile @Nullable Throwable failure;
  private volatile @Nullable Thread caller;
  private Task task = worker -> {};

  /**
   * A team.
   *
   * @param count number of threads, at least 1
   */
  public Workers(int count) {
    if (count < 1) {
      throw new IllegalArgumentException(
          "a team of %d threads, expected 1 or more".formatted(count));
    }
    threads = new Thread[count - 1];
    for (int i = 0; i < threads.length; i++) {
      int worker = i + 1;
      threads[i] =
          Thread.ofPlatform().daemon().name("chainrule-" + worker).unstarted(() -> serve(worker));
    }
    for (Thread thread : threads) {
      thread.start();
    }
  }

  /** Number of threads, and of parts of each task. */
  public int count() {
    return threads.length + 1;
  }

  /**
   * Runs all parts and returns when the last is done. A part that throws lets the others finish;
   * then its exception is thrown here.
   */
  public void run(Task work) {
    if (threads.length == 0) {
      work.run(0);
      return;
    }
    task = work;
    caller = Thread.currentThread();
    failure = null;
    remaining.set(threads.length);
    generation.incrementAndGet();
    for (Thread thread : threads) {
      LockSupport.unpark(thread);
    }
    runPart(work, 0);
    for (int spins = 0; remaining.get() > 0; spins++) {
      pause(spins);
    }
    caller = null;
    Throwable thrown = failure;
    if (thrown instanceof RuntimeException e) {
      throw e;
    } else if (thrown instanceof Error e) {
      throw e;
    }
  }

  /** The first element of part {@code worker} when n elements are split evenly. */
  public long from(long n, int worker) {
    return n * worker / count();
  }

  @Override
  public void close() {
    closed = true;
    generation.incrementAndGet();
    for (Thread thread : threads) {
      LockSupport.unpark(thread);
    }
  }

  private void serve(int worker) {
    int seen = 0;
    while (true) {
      for (int spins = 0; generation.get() == seen; spins++) {
        pause(spins);
      }
      if (closed) {
        return;
      }
      seen = generation.get();
      runPart(task, worker);
      Thread waiting = caller;
      if (remaining.decrementAndGet() == 0) {
        LockSupport.unpark(waiting);
      }
    }
  }

  private void runPart(Task work, int worker) {
    try {
      work.run(worker);
    } catch (RuntimeException | Error e) {
      failure = e;
    }
  }

  private void pause(int spins) {
    if (spins < SPINS) {
      Thread.onSpinWait();
    } else {
      LockSupport.park(this);
    }
  }
}
