package dev.chainrule.core.kernel.blas;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Makes OpenBLAS 0.3.19 choose its AVX-512 kernels on AMD processors that have AVX-512 and that it
 * is too old to know: without this it runs at half the speed there. The environment variable must
 * be in place before the library loads, so it is set in this process, and only if the user has not
 * set it.
 */
final class CpuKernelChoice {
  private static final String VARIABLE = "OPENBLAS_CORETYPE";
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

  private CpuKernelChoice() {}

  static void apply() {
    if (System.getenv(VARIABLE) != null || !isAmdWithAvx512()) {
      return;
    }
    Linker linker = Linker.nativeLinker();
    MethodHandle setenv =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("setenv"),
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_INT));
    try (Arena arena = Arena.ofConfined()) {
      int ignored =
          (int) setenv.invokeExact(arena.allocateFrom(VARIABLE), arena.allocateFrom("SKYLAKEX"), 0);
    } catch (Throwable e) {
      throw new IllegalStateException("setenv failed", e);
    }
  }

  private static boolean isAmdWithAvx512() {
    if (!Files.isReadable(CPU_INFO)) {
      return false;
    }
    try {
      String info = Files.readString(CPU_INFO);
      return info.contains("AuthenticAMD") && info.contains("avx512f");
    } catch (IOException e) {
      return false;
    }
  }
}
