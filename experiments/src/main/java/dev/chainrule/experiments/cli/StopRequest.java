package dev.chainrule.experiments.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Turns Ctrl-C and SIGTERM into a flag that a running command can ask for, and gives the command
 * time to save its work.
 *
 * <p>Both signals make the JVM run its shutdown hooks and then end with 128 + the signal's number;
 * other threads go on meanwhile. The hook here raises the flag and waits until the command is done.
 */
final class StopRequest {
  private static final long SECONDS_TO_SAVE = 60;

  private final CountDownLatch finished = new CountDownLatch(1);
  private volatile boolean requested;

  /**
   * From now on the process does not end before {@link #finished()}, or a minute, after a signal.
   */
  void listen() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "stop-request"));
  }

  boolean isRequested() {
    return requested;
  }

  void finished() {
    finished.countDown();
  }

  private void stop() {
    if (finished.getCount() == 0) {
      return;
    }
    requested = true;
    try {
      finished.await(SECONDS_TO_SAVE, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
