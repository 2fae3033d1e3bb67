package dev.chainrule.text.openai;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Ends writes to clients that do not read: a thread that is interrupted in one loses its
 * connection.
 */
final class StallGuard implements AutoCloseable {
  private static final Duration LOOK = Duration.ofMillis(200);

  private final Map<Thread, Long> writing = new ConcurrentHashMap<>();
  private final Duration most;
  private final Thread thread;

  StallGuard(Duration most) {
    this.most = most;
    thread = Thread.ofPlatform().name("stall-guard").daemon().start(this::run);
  }

  /** Writes something. */
  @FunctionalInterface
  interface Write {
    void run() throws IOException;
  }

  void watch(Write write) throws IOException {
    Thread current = Thread.currentThread();
    writing.put(current, System.nanoTime());
    try {
      write.run();
    } finally {
      writing.remove(current);
    }
  }

  private void run() {
    try {
      while (true) {
        Thread.sleep(LOOK);
        long now = System.nanoTime();
        writing.forEach(
            (writer, since) -> {
              if (now - since > most.toNanos()) {
                writer.interrupt();
              }
            });
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
