package dev.chainrule.core.kernel.blas;

import java.io.File;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.bytedeco.javacpp.Loader;
import org.jspecify.annotations.Nullable;

/**
 * Intel's oneDNN, whose single-precision product is faster than OpenBLAS's on Intel processors. Of
 * its jar only the library is used and no JNI, because the Java classes beside it ask for a newer
 * JavaCPP than ND4J does.
 *
 * <p>It computes with as many OpenMP threads as the calling thread asks for, so each calling thread
 * asks for one, the first time. ND4J may share that OpenMP library, and then uses one thread on
 * such threads, too.
 */
final class OneDnn implements Gemm {
  private static final String FOLDER = "/org/bytedeco/dnnl/";
  private static final byte NO_TRANS = 'N';
  private static final byte TRANS = 'T';

  /** The bit of {@code dnnl_cpu_isa_t} that sets with products of bfloat16 have. */
  private static final int BFLOAT16 = 0x80;

  private final MethodHandle sgemm;

  /** Null where the library has none, or the processor no instructions for it. */
  private final @Nullable MethodHandle bfloat16Gemm;

  private final MethodHandle setNumThreads;
  private final String kernelSet;
  private final ThreadLocal<Boolean> oneThread = ThreadLocal.withInitial(this::askForOneThread);

  /** The provider, or why there is none. */
  record Result(@Nullable OneDnn gemm, String obstacle) {}

  static Result load() {
    String platform = Loader.getPlatform();
    if (!platform.startsWith("linux")) {
      return new Result(null, "it is used on Linux only, and this is " + platform);
    }
    String folder = FOLDER + platform + "/";
    try {
      File openMp = Loader.cacheResource(folder + "libgomp.so.1");
      File library = Loader.cacheResource(folder + "libdnnl.so.3");
      if (openMp == null || library == null) {
        return new Result(null, "org.bytedeco:dnnl for " + platform + " is not on the class path");
      }
      return new Result(new OneDnn(library), "");
    } catch (IOException | RuntimeException e) {
      return new Result(null, "it could not be loaded: " + e.getMessage());
    }
  }

  private OneDnn(File file) {
    SymbolLookup library = SymbolLookup.libraryLookup(file.toPath(), Arena.global());
    Linker linker = Linker.nativeLinker();
    ValueLayout.OfInt i = ValueLayout.JAVA_INT;
    ValueLayout.OfFloat f = ValueLayout.JAVA_FLOAT;
    ValueLayout.OfLong p = ValueLayout.JAVA_LONG;
    ValueLayout.OfByte c = ValueLayout.JAVA_BYTE;
    FunctionDescriptor product = FunctionDescriptor.of(i, c, c, p, p, p, f, p, p, p, p, f, p, p);
    sgemm = linker.downcallHandle(library.findOrThrow("dnnl_sgemm"), product);
    // Looked up through the library, so that it is the one the library was linked to, whichever of
    // several OpenMP libraries in this process that is.
    setNumThreads =
        linker.downcallHandle(
            library.findOrThrow("omp_set_num_threads"), FunctionDescriptor.ofVoid(i));
    MethodHandle isa =
        linker.downcallHandle(
            library.findOrThrow("dnnl_get_effective_cpu_isa"), FunctionDescriptor.of(i));
    int set;
    try {
      set = (int) isa.invokeExact();
    } catch (Throwable e) {
      throw new IllegalStateException("dnnl_get_effective_cpu_isa failed", e);
    }
    kernelSet = name(set);
    // Exported though no header has it, so that a library for another processor may lack it.
    bfloat16Gemm =
        (set & BFLOAT16) == 0
            ? null
            : library
                .find("dnnl_gemm_bf16bf16f32")
                .map(symbol -> linker.downcallHandle(symbol, product))
                .orElse(null);
  }

  @Override
  public String name() {
    return "onednn";
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
    byte opA = transposeA ? TRANS : NO_TRANS;
    byte opB = transposeB ? TRANS : NO_TRANS;
    multiply(sgemm, opA, opB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
  }

  @Override
  public boolean multipliesBfloat16() {
    return bfloat16Gemm != null;
  }

  @Override
  public void bfloat16Product(
      boolean transposeB,
      int m,
      int n,
      int k,
      long a,
      int lda,
      long b,
      int ldb,
      float beta,
      long c,
      int ldc) {
    MethodHandle gemm = bfloat16Gemm;
    if (gemm == null) {
      throw new UnsupportedOperationException(name() + " multiplies no bfloat16 here");
    }
    byte opB = transposeB ? TRANS : NO_TRANS;
    multiply(gemm, NO_TRANS, opB, m, n, k, 1, a, lda, b, ldb, beta, c, ldc);
  }

  private void multiply(
      MethodHandle product,
      byte opA,
      byte opB,
      long m,
      long n,
      long k,
      float alpha,
      long a,
      long lda,
      long b,
      long ldb,
      float beta,
      long c,
      long ldc) {
    oneThread.get();
    int status;
    try {
      status = (int) product.invokeExact(opA, opB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
    } catch (Throwable e) {
      throw new IllegalStateException("a product of oneDNN failed", e);
    }
    if (status != 0) {
      throw new IllegalStateException(
          "oneDNN refused a product of %d x %d x %d: status %d".formatted(m, n, k, status));
    }
  }

  private boolean askForOneThread() {
    try {
      setNumThreads.invokeExact(1);
      return true;
    } catch (Throwable e) {
      throw new IllegalStateException("omp_set_num_threads failed", e);
    }
  }

  /** The names of {@code dnnl_cpu_isa_t}. */
  private static String name(int isa) {
    return switch (isa) {
      case 0x1 -> "sse41";
      case 0x3 -> "avx";
      case 0x7 -> "avx2";
      case 0xf -> "avx2_vnni";
      case 0x1f -> "avx2_vnni_2";
      case 0x27 -> "avx512_core";
      case 0x67 -> "avx512_core_vnni";
      case 0xe7 -> "avx512_core_bf16";
      case 0x1ef -> "avx10_1_512";
      case 0xfef -> "avx10_1_512_amx";
      case 0x1fef -> "avx10_1_512_amx_fp16";
      default -> "isa " + Integer.toHexString(isa);
    };
  }
}
