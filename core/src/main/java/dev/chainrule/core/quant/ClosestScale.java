package dev.chainrule.core.quant;

import java.util.Arrays;

/**
 * Finds for a group of 32 numbers the scale, and the minimum where there is one, by which codes are
 * closest: x ≈ d (q - z) + m of least squared error, each number's times a weight. Codes are
 * rounded for some trial scales around that which reaches the outermost number, for each d and m
 * come of least squares, both are rounded to half precision, codes are rounded for these, and of
 * all trials, the outermost one among them, the best stays.
 */
final class ClosestScale {
  private static final int GROUP = 32;
  private static final float[] ALIKE = alike();

  /** Scales are tried that reach from so much beyond the outermost number to so much less. */
  private static final float FIRST = -2;

  private static final float STEP = 0.25f;
  private static final int TRIALS = 13;

  private final int codes;
  private final boolean minimum;
  private final int[] tried = new int[GROUP];
  private double error;
  private float[] weights = ALIKE;
  private int firstWeight;

  /** What was found: x ≈ scale (q - zero) + least, all that a reader needs. */
  float scale;

  float least;

  /**
   * A search.
   *
   * @param codes one more than the largest
   * @param minimum whether groups have one; else codes are around half of {@code codes}
   */
  ClosestScale(int codes, boolean minimum) {
    this.codes = codes;
    this.minimum = minimum;
  }

  private static float[] alike() {
    float[] ones = new float[GROUP];
    Arrays.fill(ones, 1);
    return ones;
  }

  private int zero() {
    return minimum ? 0 : codes / 2;
  }

  /** Finds the scale of the group that begins at {@code x[at]}. */
  void find(float[] x, int at) {
    find(x, at, ALIKE, 0);
  }

  /** The same with weights, from {@code weighted[w]} on. */
  void find(float[] x, int at, float[] weighted, int w) {
    weights = weighted;
    firstWeight = w;
    error = Double.POSITIVE_INFINITY;
    if (minimum) {
      findWithMinimum(x, at);
    } else {
      findAroundZero(x, at);
    }
  }

  private void findAroundZero(float[] x, int at) {
    float extreme = 0;
    for (int i = 0; i < GROUP; i++) {
      if (Math.abs(x[at + i]) > Math.abs(extreme)) {
        extreme = x[at + i];
      }
    }
    int half = codes / 2;
    keep(x, at, extreme / -half, 0);
    for (int trial = 0; trial < TRIALS && extreme != 0; trial++) {
      encode(x, at, extreme / -(half - FIRST - STEP * trial), 0);
      double xq = 0;
      double qq = 0;
      for (int i = 0; i < GROUP; i++) {
        double weight = weights[firstWeight + i];
        xq += weight * x[at + i] * (tried[i] - half);
        qq += weight * (tried[i] - half) * (tried[i] - half);
      }
      if (qq > 0) {
        keep(x, at, (float) (xq / qq), 0);
      }
    }
  }

  private void findWithMinimum(float[] x, int at) {
    float low = x[at];
    float high = x[at];
    for (int i = 1; i < GROUP; i++) {
      low = Math.min(low, x[at + i]);
      high = Math.max(high, x[at + i]);
    }
    keep(x, at, (high - low) / (codes - 1), low);
    for (int trial = 0; trial < TRIALS && high > low; trial++) {
      float range = codes - 1 - FIRST - STEP * trial;
      float middle = 0.5f * (low + high);
      float d = (high - low) / range;
      encode(x, at, d, middle - 0.5f * (codes - 1) * d);
      fit(x, at);
    }
  }

  /** Least squares of x by the codes tried. */
  private void fit(float[] x, int at) {
    double sumW = 0;
    double sumQ = 0;
    double sumQq = 0;
    double sumX = 0;
    double sumXq = 0;
    for (int i = 0; i < GROUP; i++) {
      double weight = weights[firstWeight + i];
      sumW += weight;
      sumQ += weight * tried[i];
      sumQq += weight * tried[i] * tried[i];
      sumX += weight * x[at + i];
      sumXq += weight * x[at + i] * tried[i];
    }
    double determinant = sumW * sumQq - sumQ * sumQ;
    if (determinant > 0) {
      double d = (sumW * sumXq - sumX * sumQ) / determinant;
      keep(x, at, (float) d, (float) ((sumX - d * sumQ) / sumW));
    }
  }

  /** Keeps a scale and a minimum, as halves, if they are better than all before. */
  private void keep(float[] x, int at, float d, float m) {
    float scaleOfHalf = half(d);
    float leastOfHalf = half(m);
    if (Float.isInfinite(scaleOfHalf) || Float.isInfinite(leastOfHalf)) {
      return;
    }
    encode(x, at, scaleOfHalf, leastOfHalf);
    double sum = 0;
    for (int i = 0; i < GROUP; i++) {
      double difference = scaleOfHalf * (tried[i] - zero()) + leastOfHalf - x[at + i];
      sum += weights[firstWeight + i] * (difference * difference);
    }
    if (sum < error) {
      error = sum;
      scale = scaleOfHalf;
      least = leastOfHalf;
    }
  }

  private static float half(float value) {
    return Float.float16ToFloat(Float.floatToFloat16(value));
  }

  private void encode(float[] x, int at, float d, float m) {
    float inverse = Stored.inverse(d);
    for (int i = 0; i < GROUP; i++) {
      tried[i] = code((x[at + i] - m) * inverse);
    }
  }

  /** The code next to a number of steps from the zero or the minimum. */
  int code(float steps) {
    return Math.max(0, Math.min(codes - 1, Math.round(steps) + zero()));
  }
}
