package dev.chainrule.base.parallel;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Where the threads of one task wait for each other between its phases: a few tenths of a
 * microsecond where each has a processor of its own. A thread that waits longer than that, because
 * others compete for the processors, sleeps until the last one wakes it.
 */
public final class SpinBarrier {
  private static final int SPINS = 2_000;

  private final int count;
  private final AtomicInteger arrived = new AtomicInteger();
  private final AtomicReferenceArray<@Nullable Thread> sleepers;
  private volatile int phase;
  private volatile boolean broken;

  /**
   * A barrier.
   *
   * @param count number of threads that meet
   */
  public SpinBarrier(int count) {
    this.count = count;
    this.sleepers = new AtomicReferenceArray<>(count);
  }

  /**
   * Returns when all threads have called it.
   *
   * @param worker number of the calling thread, from 0 to one less than the count
   * @throws IllegalStateException if one of them failed and called {@link #breakUp}
   */
  public void await(int worker) {
    if (count == 1) {
      return;
    }
    int here = phase;
    if (arrived.incrementAndGet() == count) {
      arrived.set(0);
      phase = here + 1;
      wakeAll();
      return;
    }
    for (int spins = 0; phase == here && spins < SPINS; spins++) {
      Thread.onSpinWait();
    }
    if (phase == here) {
      sleep(worker, here);
    }
    if (broken) {
      throw new IllegalStateException("another thread of this task failed");
    }
  }

  /** Called by a thread that fails and will not arrive: lets no other wait for it, ever. */
  public void breakUp() {
    broken = true;
    wakeAll();
  }

  private void sleep(int worker, int here) {
    sleepers.set(worker, Thread.currentThread());
    while (phase == here && !broken) {
      LockSupport.park(this);
    }
    sleepers.set(worker, null);
  }

  private void wakeAll() {
    for (int worker = 0; worker < count; worker++) {
      Thread sleeper = sleepers.get(worker);
      if (sleeper != null) {
        LockSupport.unpark(sleeper);
      }
    }
  }
}
