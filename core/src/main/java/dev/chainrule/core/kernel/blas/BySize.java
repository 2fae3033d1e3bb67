package dev.chainrule.core.kernel.blas;

/**
 * Large products by one provider and small ones, such as those of one attention head, by another:
 * which one gets a product depends on its shape alone.
 */
record BySize(Gemm large, Gemm small) implements Gemm {
  /** Multiplications from which on a product is large. */
  static final long LARGE = 1_000_000;

  @Override
  public String name() {
    return large.name() + "+" + small.name();
  }

  @Override
  public String kernelSet() {
    return large.kernelSet() + "+" + small.kernelSet();
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
    Gemm gemm = m > 1 && (long) m * n * k >= LARGE ? large : small;
    gemm.sgemm(transposeA, transposeB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
  }
}
