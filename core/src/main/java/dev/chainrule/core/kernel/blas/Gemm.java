package dev.chainrule.core.kernel.blas;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A provider of the single-precision matrix product on row-major memory, computed by the calling
 * thread alone; several threads may call it at once.
 */
public interface Gemm {
  /** Name of the library. */
  String name();

  /** What the library says of the kernels it chose, for reports. */
  String kernelSet();

  /**
   * {@code C = alpha * op(A) op(B) + beta * C}.
   *
   * @param transposeA whether A is stored as [k, m] instead of [m, k]
   * @param transposeB whether B is stored as [n, k] instead of [k, n]
   * @param a address of A
   * @param lda elements from one stored row of A to the next
   */
  void sgemm(
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
      int ldc);

  /** Whether {@link #bfloat16Product} is here, by instructions of this processor for it. */
  default boolean multipliesBfloat16() {
    return false;
  }

  /**
   * {@code C = A op(B) + beta * C} of bfloat16 matrices, added in float32.
   *
   * @param transposeB whether B is stored as [n, k] instead of [k, n]
   * @param a address of A
   * @param lda elements from one row of A to the next
   * @throws UnsupportedOperationException if it is not here
   */
  default void bfloat16Product(
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
    throw new UnsupportedOperationException(name() + " multiplies no bfloat16");
  }

  /**
   * The provider in use: what the system property {@code chainrule.gemm} names ({@code openblas},
   * {@code onednn} or {@code auto}), and by default what is faster on this processor.
   *
   * @throws IllegalStateException if the property names another, or one that does not run here
   */
  static Gemm get() {
    return GemmProviders.chosen().gemm();
  }

  /** The same, which is not loaded before its first product. */
  static Gemm whenUsed() {
    return DeferredGemm.INSTANCE;
  }

  /**
   * The provider for products of a hundred rows or a few with weights that no other rows meet, such
   * as those of a prompt: what the system property names, and by default oneDNN where it runs. On
   * two Zen 2 cores it multiplied 128 rows with matrices of transformers at 145 to 165 GFLOP/s,
   * OpenBLAS at 105 to 120; in training, with other shapes, it was slower there.
   *
   * @throws IllegalStateException as {@link #get}
   */
  static Gemm forRows() {
    return GemmProviders.forRows();
  }

  /** Why {@link #get} would fail, as far as it shows without loading a library; null if nothing. */
  static @Nullable String obstacle() {
    return GemmProviders.obstacle(GemmProviders.wanted());
  }

  /** Why {@link #get} gives what it gives, in a sentence. */
  static String reason() {
    return GemmProviders.chosen().reason();
  }

  /** Every provider that runs here. */
  static List<Gemm> available() {
    return GemmProviders.available();
  }
}
