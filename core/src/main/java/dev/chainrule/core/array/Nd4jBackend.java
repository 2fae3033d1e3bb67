package dev.chainrule.core.array;

import dev.chainrule.base.InputException;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.factory.Nd4j;

/** ND4J's backend on the class path: for the processor, or, by profile cuda, for a GPU. */
public final class Nd4jBackend {
  private static final String CUDA_BACKEND = "org.nd4j.linalg.jcublas.JCublasBackend";
  private static final String CUDA_RUNTIME = "org.bytedeco.cuda.global.cudart";

  private Nd4jBackend() {}

  /** Whether the backend on the class path is that for GPUs. */
  public static boolean isCuda() {
    String file = CUDA_BACKEND.replace('.', '/') + ".class";
    return Nd4jBackend.class.getClassLoader().getResource(file) != null;
  }

  /** Why the backend cannot run, in a sentence; null where it can. */
  public static @Nullable String obstacle() {
    return Found.OBSTACLE;
  }

  /**
   * Its name, for instance CpuBackend.
   *
   * @throws InputException if it cannot run
   */
  public static String name() {
    require();
    return Nd4j.getBackend().getClass().getSimpleName();
  }

  /** Sees that ND4J can be used. */
  static void require() {
    if (Found.OBSTACLE != null) {
      throw new InputException(Found.OBSTACLE);
    }
  }

  /** Tried at first use, because it loads native libraries. */
  private static final class Found {
    static final @Nullable String OBSTACLE = find();

    private static @Nullable String find() {
      Logs.prepare();
      try {
        if (isCuda()) {
          // Before ND4J does it, which prints a stack trace where the library does not load.
          Class.forName(CUDA_RUNTIME, true, Nd4jBackend.class.getClassLoader());
        }
        Nd4j.getBackend();
        return null;
      } catch (ClassNotFoundException | LinkageError | RuntimeException e) {
        return sentence(e);
      }
    }

    private static String sentence(Throwable e) {
      Throwable cause = e;
      while (cause.getCause() != null) {
        cause = cause.getCause();
      }
      String reason = String.valueOf(cause.getMessage()).lines().findFirst().orElse("no reason");
      return isCuda()
          ? "ND4J's backend for GPUs, which this was built with (-Pcuda), cannot start: %s; it needs an NVIDIA driver, a GPU of compute capability 3.7 to 8.6 and the libraries of CUDA 11.6, and without them a build without -Pcuda"
              .formatted(reason)
          : "ND4J cannot start: " + reason;
    }
  }
}
