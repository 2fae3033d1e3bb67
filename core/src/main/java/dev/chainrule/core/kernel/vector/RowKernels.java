package dev.chainrule.core.kernel.vector;

/**
 * This engine's kernels on bare addresses, for decoders: they compute the same as training does.
 * What the addresses point to must outlive the call.
 */
public final class RowKernels {
  private RowKernels() {}

  /**
   * Layer normalisation of each row.
   *
   * @param y [N, C]
   * @param x [N, C]
   * @param gain [C]
   * @param bias [C], or 0 for none
   * @param rows N
   * @param width C
   */
  public static void layerNorm(
      long y, long x, long gain, long bias, int rows, int width, double epsilon) {
    LayerNorm.forward(y, 0, 0, x, gain, bias, rows, width, (float) epsilon);
  }

  /** The tanh form of GELU of n elements; y may be x. */
  public static void gelu(long y, long x, int n) {
    Gelu.forward(y, x, n);
  }

  /**
   * {@code y = exp(scale * (x - max(x)))} of n elements, which is a softmax once it is divided by
   * its sum; y may be x.
   *
   * @return the sum
   */
  public static float softmaxWeights(long y, long x, double scale, int n) {
    float factor = (float) scale;
    return Softmax.expAndSum(y, x, factor, Softmax.max(x, n) * factor, n);
  }
}
