package dev.chainrule.core.quant;

import java.util.Arrays;

/**
 * Finds the scale of a group of 16 numbers, x ≈ s (q - 32) with q from 0 to 63, as GGML's {@code
 * make_qx_quants} does: codes for nineteen trial scales, for each the s of least squares, and of
 * all these the best. The error of a number counts by its square, or by a weight.
 */
final class SymmetricSearch {
  /** A scale below this one is that of zeros. */
  static final float LEAST = 1e-15f;

  private static final int GROUP = 16;
  private static final int ZERO = 32;
  private static final int TRIALS = 9;
  private static final float STEP = 0.1f;

  private final int[] tried = new int[GROUP];
  private final float[] weights = new float[GROUP];
  private float sumXl;
  private float sumLl;

  /**
   * The scale of the group that begins at {@code x[at]}; its codes go to {@code codes[c]} and on.
   */
  float scale(float[] x, int at, int[] codes, int c) {
    for (int i = 0; i < GROUP; i++) {
      weights[i] = x[at + i] * x[at + i];
    }
    return weighted(x, at, codes, c);
  }

  /** The same with weights, from {@code given[w]} on. */
  float scale(float[] x, int at, float[] given, int w, int[] codes, int c) {
    System.arraycopy(given, w, weights, 0, GROUP);
    return weighted(x, at, codes, c);
  }

  private float weighted(float[] x, int at, int[] codes, int c) {
    float extreme = 0;
    for (int i = 0; i < GROUP; i++) {
      if (Math.abs(x[at + i]) > Math.abs(extreme)) {
        extreme = x[at + i];
      }
    }
    if (Math.abs(extreme) < LEAST) {
      Arrays.fill(codes, c, c + GROUP, 0);
      return 0;
    }
    encode(x, at, -ZERO / extreme);
    keep(codes, c);
    float scale = sumLl == 0 ? 0 : sumXl / sumLl;
    float best = scale * sumXl;
    for (int trial = -TRIALS; trial <= TRIALS; trial++) {
      if (trial == 0) {
        continue;
      }
      encode(x, at, -(ZERO + STEP * trial) / extreme);
      if (sumLl > 0 && sumXl * sumXl > best * sumLl) {
        keep(codes, c);
        scale = sumXl / sumLl;
        best = scale * sumXl;
      }
    }
    return scale;
  }

  private void encode(float[] x, int at, float inverse) {
    sumXl = 0;
    sumLl = 0;
    for (int i = 0; i < GROUP; i++) {
      int code = Math.max(-ZERO, Math.min(ZERO - 1, Stored.nearest(inverse * x[at + i])));
      tried[i] = code;
      float weight = weights[i];
      sumXl += weight * x[at + i] * code;
      sumLl += weight * code * code;
    }
  }

  private void keep(int[] codes, int c) {
    for (int i = 0; i < GROUP; i++) {
      codes[c + i] = tried[i] + ZERO;
    }
  }
}
