package dev.chainrule.core.kernel.blas;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Makes OpenBLAS 0.3.19 choose its AVX-512 kernels on processors that have AVX-512: it is too old
 * to know many of them and then runs at half the speed or less. The environment variable it reads
 * must be in place before the library loads, so it is set in this process alone, over any value
 * inherited from a shell; the system property {@code chainrule.openblas.coretype} decides
 * otherwise.
 */
final class CpuKernelChoice {
  private static final String VARIABLE = "OPENBLAS_CORETYPE";
  private static final String PROPERTY = "chainrule.openblas.coretype";

  private CpuKernelChoice() {}

  static void apply() {
    String coreType = System.getProperty(PROPERTY, CpuInfo.hasAvx512() ? "SKYLAKEX" : "");
    if (coreType.isEmpty() || coreType.equals(System.getenv(VARIABLE))) {
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
          (int) setenv.invokeExact(arena.allocateFrom(VARIABLE), arena.allocateFrom(coreType), 1);
    } catch (Throwable e) {
      throw new IllegalStateException("setenv failed", e);
    }
  }
}
