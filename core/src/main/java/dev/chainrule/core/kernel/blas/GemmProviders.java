package dev.chainrule.core.kernel.blas;

import java.util.List;

/** Loads the provider at first use. */
final class GemmProviders {
  private static final Gemm CHOSEN = new OpenBlas();

  private GemmProviders() {}

  static Gemm chosen() {
    return CHOSEN;
  }

  /** Every provider that runs here. */
  static List<Gemm> all() {
    return List.of(CHOSEN);
  }
}
