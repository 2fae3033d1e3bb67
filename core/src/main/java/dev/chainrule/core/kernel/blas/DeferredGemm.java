package dev.chainrule.core.kernel.blas;

/**
 * The provider in use, loaded by its first product: a decoder's step has none, and loading a
 * library takes longer than many programs. Once it is loaded, the compiler sees no more of this.
 */
final class DeferredGemm implements Gemm {
  static final DeferredGemm INSTANCE = new DeferredGemm();

  private DeferredGemm() {
    // ND4J may load its OpenBLAS before there is a product here.
    CpuKernelChoice.apply();
  }

  @Override
  public String name() {
    return Gemm.get().name();
  }

  @Override
  public String kernelSet() {
    return Gemm.get().kernelSet();
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
    Gemm.get().sgemm(transposeA, transposeB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
  }
}
