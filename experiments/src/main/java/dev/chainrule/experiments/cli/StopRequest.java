package dev.chainrule.experiments.cli;

import java.lang.reflect.Proxy;
import java.util.Map;
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

  /** Their numbers are the same on all systems that have them. */
  private static final Map<String, Integer> SIGNALS = Map.of("HUP", 1, "INT", 2, "TERM", 15);

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
      SIGNALS.forEach(StopRequest::handle);
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

  /**
   * There is no other way to hear of signals than sun.misc.Signal, and no way to keep javac from
   * warning of it, hence by name.
   */
  private static void handle(String name, int number) {
    try {
      Class<?> signals = Class.forName("sun.misc.Signal");
      Class<?> handlers = Class.forName("sun.misc.SignalHandler");
      Object handler =
          Proxy.newProxyInstance(
              handlers.getClassLoader(),
              new Class<?>[] {handlers},
              (proxy, method, arguments) -> {
                request(number);
                return null;
              });
      Object named = signals.getConstructor(String.class).newInstance(name);
      signals.getMethod("handle", signals, handlers).invoke(null, named, handler);
    } catch (ReflectiveOperationException e) {
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
