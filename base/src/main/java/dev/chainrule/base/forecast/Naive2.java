package dev.chainrule.base.forecast;

import java.util.Arrays;

/**
 * M4's benchmark: the last value, after multiplicative seasonal adjustment where the season passes
 * a test at 90 % and has a factor above zero for each of its steps.
 */
public final class Naive2 {
  private static final double NORMAL_95 = 1.645;

  private Naive2() {}

  /** Point forecasts [horizon]. */
  public static double[] forecast(double[] past, int period, int horizon) {
    int n = past.length;
    double[] factors = isSeasonal(past, period) ? seasonalFactors(past, period) : ones(period);
    if (!Arrays.stream(factors).allMatch(factor -> factor > 0 && Double.isFinite(factor))) {
      factors = ones(period);
    }
    int end = n - 1;
    while (end > 0 && Double.isNaN(past[end])) {
      end--;
    }
    double last = past[end] / factors[end % period];
    double[] result = new double[horizon];
    for (int h = 0; h < horizon; h++) {
      result[h] = last * factors[(n + h) % period];
    }
    return result;
  }

  private static double[] ones(int period) {
    double[] result = new double[period];
    Arrays.fill(result, 1);
    return result;
  }

  /** Whether the autocorrelation at the period stands out; false for less than three periods. */
  public static boolean isSeasonal(double[] x, int period) {
    if (period < 2 || x.length < 3 * period) {
      return false;
    }
    double mean = Arrays.stream(x).average().orElse(0);
    double variance = autocovariance(x, mean, 0);
    double squares = 0;
    for (int lag = 1; lag < period; lag++) {
      double r = autocovariance(x, mean, lag) / variance;
      squares += r * r;
    }
    double limit = NORMAL_95 * Math.sqrt((1 + 2 * squares) / x.length);
    return Math.abs(autocovariance(x, mean, period) / variance) > limit;
  }

  private static double autocovariance(double[] x, double mean, int lag) {
    double sum = 0;
    for (int t = lag; t < x.length; t++) {
      sum += (x[t] - mean) * (x[t - lag] - mean);
    }
    return sum;
  }

  /**
   * Factors of the classical multiplicative decomposition, element i for time i modulo the period
   * [period], mean 1.
   */
  public static double[] seasonalFactors(double[] x, int period) {
    int n = x.length;
    int half = period / 2;
    double[] sums = new double[period];
    int[] counts = new int[period];
    for (int t = half; t < n - half; t++) {
      double trend = 0;
      if (period % 2 == 0) {
        trend = (x[t - half] + x[t + half]) / 2;
        for (int j = 1 - half; j < half; j++) {
          trend += x[t + j];
        }
      } else {
        for (int j = -half; j <= half; j++) {
          trend += x[t + j];
        }
      }
      sums[t % period] += x[t] / (trend / period);
      counts[t % period]++;
    }
    double total = 0;
    for (int i = 0; i < period; i++) {
      sums[i] /= counts[i];
      total += sums[i];
    }
    for (int i = 0; i < period; i++) {
      sums[i] *= period / total;
    }
    return sums;
  }
}
