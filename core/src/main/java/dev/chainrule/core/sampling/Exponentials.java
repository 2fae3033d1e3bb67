package dev.chainrule.core.sampling;

/**
 * Exponentials of a whole vocabulary: to a unit or two in the last place, the same to the bit with
 * vectors and without, for which a call of {@code Math.exp} each would take longer than the rest of
 * drawing.
 *
 * <p>{@code e^x} is {@code 2^n e^r} with {@code |r| <= ln(2)/2}, by Taylor's series up to {@code
 * r^12 / 12!}.
 */
final class Exponentials {
  /** What is smaller becomes 0. */
  static final double LEAST = -708;

  static final double LOG2_E = 1.4426950408889634;

  /** Adding it rounds to a whole number that then stands in the low bits. */
  static final double ROUND = 0x1.8p52;

  /** The first 32 bits of ln(2), of which multiples are exact, and the rest. */
  static final double LN2_HIGH = 0x1.62e42feep-1;

  static final double LN2_LOW = 0x1.a39ef35793c76p-33;

  /** 1/12!, 1/11!, ... 1/0!. */
  static final double[] SERIES = series();

  /** Independent sums, so that none waits for another. */
  private static final int SUMS = 8;

  private static final boolean VECTORS =
      ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();

  private Exponentials() {}

  private static double[] series() {
    double[] series = new double[13];
    double factorial = 1;
    for (int i = 0; i <= 12; i++) {
      factorial *= Math.max(1, i);
      series[12 - i] = 1 / factorial;
    }
    return series;
  }

  /**
   * {@code y[i] = e^(x[i] - max)} of the first n.
   *
   * @param x at most max
   * @return their sum
   */
  static double of(double[] y, float[] x, int n, float max) {
    for (int i = VECTORS ? ExponentialVectors.of(y, x, n, max) : 0; i < n; i++) {
      y[i] = of((double) x[i] - max);
    }
    return sum(y, n);
  }

  /** Of one number that is not above 0. */
  static double of(double x) {
    if (x < LEAST) {
      return 0;
    }
    double shifted = Math.fma(x, LOG2_E, ROUND);
    double n = shifted - ROUND;
    double r = Math.fma(n, -LN2_LOW, Math.fma(n, -LN2_HIGH, x));
    double p = SERIES[0];
    for (int i = 1; i < SERIES.length; i++) {
      p = Math.fma(p, r, SERIES[i]);
    }
    long exponent = Double.doubleToRawLongBits(shifted) << 52;
    return Double.longBitsToDouble(Double.doubleToRawLongBits(p) + exponent);
  }

  private static double sum(double[] x, int n) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    double s4 = 0;
    double s5 = 0;
    double s6 = 0;
    double s7 = 0;
    int i = 0;
    for (; i <= n - SUMS; i += SUMS) {
      s0 += x[i];
      s1 += x[i + 1];
      s2 += x[i + 2];
      s3 += x[i + 3];
      s4 += x[i + 4];
      s5 += x[i + 5];
      s6 += x[i + 6];
      s7 += x[i + 7];
    }
    for (; i < n; i++) {
      s0 += x[i];
    }
    return ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7));
  }
}
