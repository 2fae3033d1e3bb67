package dev.chainrule.arima.smoothing;

import java.util.Arrays;

/**
 * Classical decomposition by moving averages (Hyndman and Athanasopoulos, Forecasting: Principles
 * and Practice, section 3.4), as R's {@code decompose} does it.
 *
 * @param season of each step of the season, by time modulo the period [period]; sums to 0, or has
 *     the mean 1
 */
@SuppressWarnings("ArrayRecordComponent")
public record Decomposition(double[] season) {
  /**
   * Decomposes a complete series of two periods at least.
   *
   * @param y the series [n]
   * @param multiplicative whether the season is a factor
   */
  public static Decomposition of(double[] y, int period, boolean multiplicative) {
    double[] trend = trend(y, period);
    double[] sums = new double[period];
    int[] counts = new int[period];
    for (int t = 0; t < y.length; t++) {
      double part = multiplicative ? y[t] / trend[t] : y[t] - trend[t];
      if (Double.isFinite(part)) {
        sums[t % period] += part;
        counts[t % period]++;
      }
    }
    for (int i = 0; i < period; i++) {
      sums[i] = counts[i] > 0 ? sums[i] / counts[i] : multiplicative ? 1 : 0;
    }
    double mean = Arrays.stream(sums).average().orElse(0);
    for (int i = 0; i < period; i++) {
      sums[i] = multiplicative ? sums[i] / mean : sums[i] - mean;
    }
    return new Decomposition(sums);
  }

  /** The centred moving average over a period [n]; NaN at both ends. */
  private static double[] trend(double[] y, int period) {
    double[] trend = new double[y.length];
    Arrays.fill(trend, Double.NaN);
    int half = period / 2;
    for (int t = half; t + half < y.length; t++) {
      double sum = 0;
      for (int i = t - half; i <= t + half; i++) {
        boolean end = period % 2 == 0 && (i == t - half || i == t + half);
        sum += end ? 0.5 * y[i] : y[i];
      }
      trend[t] = sum / period;
    }
    return trend;
  }
}
