package dev.chainrule.experiments.notebook;

import java.time.Duration;

/**
 * Starts rapaio's kernel, and ends the process where one of its channels is not there: in version
 * 3.0.1 a message that comes before the kernel has its handlers ends a channel by an exception, and
 * a channel whose thread runs before it is told so ends without one; what is left answers nothing
 * for ever. A process that has ended Jupyter starts anew.
 */
public final class KernelMain {
  private static final String KERNEL = "org.rapaio.jupyter.kernel.";

  /** Heartbeat, shell and control. */
  private static final int CHANNELS = 3;

  /** From the first channel to the last; before much of a cell is done. */
  private static final Duration START = Duration.ofMillis(700);

  private KernelMain() {}

  /**
   * Runs until the kernel is shut down.
   *
   * @param args the connection file that Jupyter writes
   */
  public static void main(String[] args) throws ReflectiveOperationException {
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, failure) -> {
          failure.printStackTrace();
          if (isChannel(thread)) {
            Runtime.getRuntime().halt(1);
          }
        });
    Thread.ofPlatform().daemon().name("channels").start(KernelMain::watch);
    Class.forName(KERNEL + "MainApp").getMethod("main", String[].class).invoke(null, (Object) args);
  }

  /** Ends the process if not all channels are there a while after the first. */
  private static void watch() {
    try {
      while (channels() == 0) {
        Thread.sleep(START.dividedBy(10));
      }
      Thread.sleep(START);
    } catch (InterruptedException e) {
      return;
    }
    if (channels() < CHANNELS) {
      System.err.println("A channel of the kernel has not started; the kernel ends.");
      Runtime.getRuntime().halt(1);
    }
  }

  private static long channels() {
    return Thread.getAllStackTraces().keySet().stream().filter(KernelMain::isChannel).count();
  }

  /** Threads that cells start are none. */
  private static boolean isChannel(Thread thread) {
    return thread.getClass().getName().startsWith(KERNEL + "channels.");
  }
}
