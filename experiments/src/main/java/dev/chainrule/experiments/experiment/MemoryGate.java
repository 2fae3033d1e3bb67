package dev.chainrule.experiments.experiment;

import dev.chainrule.base.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Lets runs begin side by side for as long as they fit a bound on memory: what the process has now
 * and what a run was seen to add at most must fit. The first run goes alone until it was seen; a
 * run that is alone always goes.
 */
final class MemoryGate {
  private static final Path STATUS = Path.of("/proc/self/status");

  private final long bound;
  private final LongSupplier used;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private int running;
  private boolean seen;
  private long largest;

  /**
   * A gate.
   *
   * @param bound in bytes; {@code Long.MAX_VALUE} for none
   * @param used bytes of memory that the process has
   */
  MemoryGate(long bound, LongSupplier used) {
    this.bound = bound;
    this.used = used;
    this.seen = bound == Long.MAX_VALUE;
  }

  /**
   * That of this process.
   *
   * @throws InputException if there is a bound and the system does not say what is used
   */
  static MemoryGate of(long bound) {
    if (bound < Long.MAX_VALUE && !Files.isReadable(STATUS)) {
      throw new InputException(
          "--memory: this system does not say what a process uses, expected none of it here");
    }
    return new MemoryGate(bound, MemoryGate::resident);
  }

  private static long resident() {
    try {
      for (String line : Files.readAllLines(STATUS)) {
        if (line.startsWith("VmRSS:")) {
          return Long.parseLong(line.replaceAll("[^0-9]", "")) << 10;
        }
      }
    } catch (IOException e) {
      return Long.MAX_VALUE / 2;
    }
    return Long.MAX_VALUE / 2;
  }

  /** A run that was let in. */
  final class Pass implements AutoCloseable {
    private final long before;
    private boolean known;

    private Pass(long before) {
      this.before = before;
    }

    /** Its memory is all taken now: some steps are done. */
    void grown() {
      if (bound == Long.MAX_VALUE || known) {
        return;
      }
      lock.lock();
      try {
        known = true;
        seen = true;
        // What others took meanwhile is counted too, which errs to the safe side.
        largest = Math.max(largest, used.getAsLong() - before);
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void close() {
      lock.lock();
      try {
        running--;
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  /** Waits until a run may begin. */
  Pass enter() throws InterruptedException {
    lock.lock();
    try {
      while (running > 0 && !(seen && used.getAsLong() <= bound - largest)) {
        changed.await();
      }
      running++;
      return new Pass(bound == Long.MAX_VALUE ? 0 : used.getAsLong());
    } finally {
      lock.unlock();
    }
  }
}
