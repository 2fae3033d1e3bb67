package dev.chainrule.experiments.cli;

import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Turns Ctrl-C, SIGTERM and SIGHUP into a flag that a running command can ask for, and gives the
 * command time to save its work. The process ends with 128 + the signal's number then; a second
 * signal ends it at once.
 *
 * <p>The signals are handled here and not by a shutdown hook: once the JVM shuts down, libraries
 * that add hooks of their own when they are first used, as those for pictures do, fail.
 */
public final class StopRequest {
  private static final long SECONDS_TO_SAVE = 60;
  private static final int SIGNALLED = 128;

  private static boolean listening;
  private static int running;

  /** Number of the first signal; 0 before it. */
  private static int signal;

  private StopRequest() {}

  /** From now on a signal is a request, until {@link #finished()} was called as often. */
  static synchronized void listen() {
    running++;
    if (!listening) {
      listening = true;
      List.of("INT", "TERM", "HUP").forEach(StopRequest::handle);
    }
  }

  static synchronized void finished() {
    running--;
  }

  static synchronized boolean isRequested() {
    return signal != 0;
  }

  /** The exit code of the process, of which a command ended with this one. */
  public static synchronized int exitCode(int ofCommand) {
    return signal == 0 ? ofCommand : SIGNALLED + signal;
  }

  @SuppressWarnings("sunapi") // There is no other way to hear of signals.
  private static void handle(String name) {
    try {
      sun.misc.Signal.handle(new sun.misc.Signal(name), heard -> request(heard.getNumber()));
    } catch (IllegalArgumentException e) {
      // The JVM was told to leave signals alone (-Xrs), or the system has none of this name.
    }
  }

  private static synchronized void request(int number) {
    if (signal != 0) {
      Runtime.getRuntime().halt(SIGNALLED + signal);
    }
    signal = number;
    if (running > 0) {
      System.err.println("stopping, after what is under way; asked again, at once");
    }
    Runnable end = running == 0 ? StopRequest::exit : StopRequest::endLater;
    Thread.ofPlatform().daemon().name("stop-request").start(end);
  }

  private static void exit() {
    System.exit(exitCode(0));
  }

  private static void endLater() {
    try {
      TimeUnit.SECONDS.sleep(SECONDS_TO_SAVE);
      Runtime.getRuntime().halt(exitCode(0));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
