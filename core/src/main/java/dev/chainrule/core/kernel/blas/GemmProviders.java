package dev.chainrule.core.kernel.blas;

/** Loads the provider at first use. */
final class GemmProviders {
  private static final Gemm CHOSEN = new OpenBlas();

  private GemmProviders() {}

  static Gemm chosen() {
    return CHOSEN;
  }
}
