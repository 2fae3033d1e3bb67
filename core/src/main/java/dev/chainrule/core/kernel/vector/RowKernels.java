package dev.chainrule.core.kernel.vector;

import dev.chainrule.core.kernel.GateFunction;

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

  /**
   * Root-mean-square normalisation of each row; y may be x.
   *
   * @param y [N, C]
   * @param x [N, C]
   * @param gain [C]
   * @param rows N
   * @param width C
   */
  public static void rmsNorm(long y, long x, long gain, int rows, int width, double epsilon) {
    LayerNorm.rootMeanSquare(y, 0, x, gain, rows, width, (float) epsilon);
  }

  /**
   * Rotates the heads of one row, in place.
   *
   * @param x [heads, 2 half]
   * @param cos [half]
   * @param sin [half]
   */
  public static void rotate(long x, long cos, long sin, int heads, int half) {
    Rotary.rotate(x, false, x, cos, sin, 1, 1, heads, half, 1);
  }

  /** {@code y = f(gate) up} of n elements, without up (0) {@code f(gate)}; y may be gate. */
  public static void gate(long y, long gate, long up, GateFunction f, int n) {
    GatedUnit.forward(y, gate, up, f, n);
  }

  /** {@code x = cap tanh(x / cap)} of n elements. */
  public static void softCap(long x, double cap, int n) {
    SoftCap.forward(x, 0, x, (float) (1 / cap), (float) cap, n);
  }

  /** {@code x = x + y} of n elements. */
  public static void add(long x, long y, int n) {
    Elementwise.add(x, x, y, n);
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
