package dev.chainrule.core.data;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/**
 * Closes a stream that has given nothing for too long: reading it then fails, instead of waiting
 * for ever.
 */
final class StallGuard implements Closeable {
  private static final int CHECKS = 4;

  private final InputStream stream;
  private final Duration patience;
  private final Thread watcher;
  private volatile long lastNanos = System.nanoTime();
  private volatile boolean stalled;

  StallGuard(InputStream stream, Duration patience) {
    this.stream = stream;
    this.patience = patience;
    this.watcher = Thread.startVirtualThread(this::watch);
  }

  /** Something arrived. */
  void received() {
    lastNanos = System.nanoTime();
  }

  /** Whether the stream was closed for giving nothing. */
  boolean stalled() {
    return stalled;
  }

  private void watch() {
    try {
      while (System.nanoTime() - lastNanos < patience.toNanos()) {
        Thread.sleep(patience.dividedBy(CHECKS));
      }
      stalled = true;
      stream.close();
    } catch (InterruptedException | IOException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    watcher.interrupt();
  }
}
