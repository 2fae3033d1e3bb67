package dev.chainrule.core.kernel.blas;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.jspecify.annotations.Nullable;

/**
 * ND4J's own OpenBLAS, called without JNI.
 *
 * <p>ND4J computes with {@code libopenblas}; this class loads {@code libopenblas_nolapack} of the
 * same jar, a second instance, so that holding it to one thread per caller leaves ND4J's alone.
 */
final class OpenBlas implements Gemm {
  private static final int ROW_MAJOR = 101;
  private static final int NO_TRANS = 111;
  private static final int TRANS = 112;

  private final MethodHandle cblasSgemm;
  private final String kernelSet;

  OpenBlas() {
    CpuKernelChoice.apply();
    Path jni = Path.of(Loader.load(openblas_nolapack.class));
    SymbolLookup library = SymbolLookup.libraryLookup(beside(jni), Arena.global());
    Linker linker = Linker.nativeLinker();
    ValueLayout.OfInt i = ValueLayout.JAVA_INT;
    ValueLayout.OfFloat f = ValueLayout.JAVA_FLOAT;
    ValueLayout.OfLong p = ValueLayout.JAVA_LONG;
    cblasSgemm =
        linker.downcallHandle(
            library.findOrThrow("cblas_sgemm"),
            FunctionDescriptor.ofVoid(i, i, i, i, i, i, f, p, i, p, i, f, p, i));
    MethodHandle setNumThreads =
        linker.downcallHandle(
            library.findOrThrow("openblas_set_num_threads"), FunctionDescriptor.ofVoid(i));
    MethodHandle coreName =
        linker.downcallHandle(
            library.findOrThrow("openblas_get_corename"),
            FunctionDescriptor.of(ValueLayout.ADDRESS));
    try {
      setNumThreads.invokeExact(1);
      MemorySegment name = (MemorySegment) coreName.invokeExact();
      kernelSet = name.reinterpret(Long.MAX_VALUE).getString(0);
    } catch (Throwable e) {
      throw new IllegalStateException("OpenBLAS could not be initialised", e);
    }
  }

  /** Whether the jar with the library for this platform is there; null if so. */
  static @Nullable String obstacle() {
    String platform = Loader.getPlatform();
    String library =
        "/org/bytedeco/openblas/%s/%s"
            .formatted(platform, System.mapLibraryName("jniopenblas_nolapack"));
    return OpenBlas.class.getResource(library) != null
        ? null
        : "org.bytedeco:openblas for " + platform + " is not on the class path";
  }

  @Override
  public String name() {
    return "openblas";
  }

  @Override
  public String kernelSet() {
    return kernelSet;
  }

  @Override
  public void sgemm(
      boolean transposeA,
      boolean transposeB,
      int m,
      int n,
      int k,
      float alpha,
      long a,
      int lda,
      long b,
      int ldb,
      float beta,
      long c,
      int ldc) {
    int opA = transposeA ? TRANS : NO_TRANS;
    int opB = transposeB ? TRANS : NO_TRANS;
    try {
      cblasSgemm.invokeExact(ROW_MAJOR, opA, opB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
    } catch (Throwable e) {
      throw new IllegalStateException("cblas_sgemm failed", e);
    }
  }

  /** The library that the JNI stub was linked with lies beside it, under a name of the platform. */
  private static Path beside(Path jni) {
    for (String name :
        new String[] {
          "libopenblas_nolapack.so.0", "libopenblas_nolapack.0.dylib", "libopenblas_nolapack.dll"
        }) {
      Path candidate = jni.resolveSibling(name);
      if (Files.exists(candidate)) {
        return candidate;
      }
    }
    throw new IllegalStateException("no OpenBLAS library found beside " + jni);
  }
}
