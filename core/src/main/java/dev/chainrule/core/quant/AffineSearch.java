package dev.chainrule.core.quant;

import java.util.Arrays;

/**
 * Finds scale and minimum of a group of 32 numbers, x ≈ s q - m with q from 0 to some largest code
 * and m ≥ 0, as GGML's {@code make_qkx2_quants} does, so that files come out as good: codes for a
 * number of trial scales, for each the s and m of least squares, and of all these the ones with the
 * least error. The error of a number counts by its size and the size of the group's, or by a
 * weight.
 */
final class AffineSearch {
  private static final int GROUP = 32;
  private static final float STEP = 0.1f;

  /** A group narrower than this one is constant: its scale would be zero as a half. */
  private static final float NARROWEST = 1e-30f;

  private final int largest;
  private final float first;
  private final int steps;
  private final int[] tried = new int[GROUP];
  private final float[] weights = new float[GROUP];
  private float sumW;
  private float sumX;
  private float least;
  private float scale;
  private float error;

  /**
   * A search.
   *
   * @param largest code
   * @param first what is added to it for the first trial scale; 0.1 more for each of the next
   * @param steps how many more trial scales there are
   */
  AffineSearch(int largest, float first, int steps) {
    this.largest = largest;
    this.first = first;
    this.steps = steps;
  }

  /** The minimum m of the last group. */
  float minimum() {
    return -least;
  }

  /**
   * The scale of the group that begins at {@code x[at]}; its codes go to {@code codes[c]} and on.
   */
  float scale(float[] x, int at, int[] codes, int c) {
    weigh(x, at);
    return weighted(x, at, codes, c);
  }

  /** The same with weights, from {@code given[w]} on. */
  float scale(float[] x, int at, float[] given, int w, int[] codes, int c) {
    sumW = 0;
    sumX = 0;
    for (int i = 0; i < GROUP; i++) {
      weights[i] = given[w + i];
      sumW += weights[i];
      sumX += weights[i] * x[at + i];
    }
    return weighted(x, at, codes, c);
  }

  private float weighted(float[] x, int at, int[] codes, int c) {
    least = x[at];
    float most = x[at];
    for (int i = 1; i < GROUP; i++) {
      least = Math.min(least, x[at + i]);
      most = Math.max(most, x[at + i]);
    }
    least = Math.min(least, 0);
    if (most - least < NARROWEST) {
      Arrays.fill(codes, c, c + GROUP, 0);
      return 0;
    }
    float inverse = largest / (most - least);
    scale = 1 / inverse;
    encode(x, at, inverse);
    error = error(x, at, scale, least);
    System.arraycopy(tried, 0, codes, c, GROUP);
    for (int step = 0; step <= steps; step++) {
      // From the least number of the best so far.
      encode(x, at, (first + STEP * step + largest) / (most - least));
      if (fit(x, at)) {
        System.arraycopy(tried, 0, codes, c, GROUP);
      }
    }
    return scale;
  }

  private void weigh(float[] x, int at) {
    float squares = 0;
    for (int i = 0; i < GROUP; i++) {
      squares += x[at + i] * x[at + i];
    }
    float size = (float) Math.sqrt(squares / GROUP);
    sumW = 0;
    sumX = 0;
    for (int i = 0; i < GROUP; i++) {
      weights[i] = size + Math.abs(x[at + i]);
      sumW += weights[i];
      sumX += weights[i] * x[at + i];
    }
  }

  private void encode(float[] x, int at, float inverse) {
    for (int i = 0; i < GROUP; i++) {
      tried[i] = Math.max(0, Math.min(largest, Stored.nearest(inverse * (x[at + i] - least))));
    }
  }

  private float error(float[] x, int at, float s, float m) {
    float sum = 0;
    for (int i = 0; i < GROUP; i++) {
      float difference = s * tried[i] + m - x[at + i];
      sum += weights[i] * (difference * difference);
    }
    return sum;
  }

  /** Weighted least squares for the codes tried; whether the result is the best so far. */
  private boolean fit(float[] x, int at) {
    float sumL = 0;
    float sumLl = 0;
    float sumXl = 0;
    for (int i = 0; i < GROUP; i++) {
      float wl = weights[i] * tried[i];
      sumL += wl;
      sumLl += wl * tried[i];
      sumXl += wl * x[at + i];
    }
    float determinant = sumW * sumLl - sumL * sumL;
    if (!(determinant > 0)) {
      return false;
    }
    float s = (sumW * sumXl - sumX * sumL) / determinant;
    float m = (sumLl * sumX - sumL * sumXl) / determinant;
    if (m > 0) {
      m = 0;
      s = sumXl / sumLl;
    }
    float here = error(x, at, s, m);
    if (!(here < error)) {
      return false;
    }
    error = here;
    scale = s;
    least = m;
    return true;
  }
}
