package dev.chainrule.experiments.notebook;

/**
 * Starts rapaio's kernel, and ends the process where one of its channels ends by an exception: a
 * message that comes before the kernel has its handlers does that (version 3.0.1, on a busy
 * machine), and what is left answers nothing for ever. A process that has ended Jupyter starts
 * anew.
 */
public final class KernelMain {
  private static final String KERNEL = "org.rapaio.jupyter.kernel.";

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
    Class.forName(KERNEL + "MainApp").getMethod("main", String[].class).invoke(null, (Object) args);
  }

  /** Threads that cells start are none. */
  private static boolean isChannel(Thread thread) {
    return thread.getClass().getName().startsWith(KERNEL + "channels.");
  }
}
