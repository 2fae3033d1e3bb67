package dev.chainrule.arima.ets;

import dev.chainrule.arima.ets.EtsForm.Component;
import dev.chainrule.arima.linear.LeastSquares;
import dev.chainrule.arima.smoothing.Decomposition;
import java.util.Arrays;

/**
 * Where a search starts from (Hyndman et al. 2008, section 2.6.1): seasons of a classical
 * decomposition, or of one pair of harmonics where the series is shorter than three seasons; level
 * and growth of a line through the first ten adjusted values.
 */
final class EtsStart {
  private static final int FIRST = 10;
  private static final double SMALLEST_SEASON = 0.01;

  private EtsStart() {}

  /**
   * The state before the first value; smoothing parameters are not set.
   *
   * @param filled the series without missing values [n]
   */
  static EtsParameters of(double[] filled, EtsForm form, int period) {
    double[] seasons = new double[0];
    double[] adjusted = filled;
    int m = form.isSeasonal() ? period : 1;
    if (form.isSeasonal()) {
      boolean factor = form.season() == Component.MULTIPLICATIVE;
      seasons = seasons(filled, period, factor);
      adjusted = filled.clone();
      for (int t = 0; t < filled.length; t++) {
        double s = seasons[t % period];
        adjusted[t] = factor ? filled[t] / s : filled[t] - s;
      }
    }
    int count = Math.min(Math.max(FIRST, 2 * m), adjusted.length);
    double[] first = Arrays.copyOf(adjusted, count);
    if (!form.hasTrend()) {
      double mean = Arrays.stream(first).average().orElse(0);
      return new EtsParameters(0, 0, 0, 1, mean, 0, seasons);
    }
    double[] line = line(first);
    double level = line[0];
    double growth = line[1];
    if (form.trend() == Component.MULTIPLICATIVE) {
      double one = level + growth;
      double ratio = (level + 2 * growth) / one;
      boolean grows = one / ratio > 1e-8 && ratio > 1e-8 && ratio < 1e8;
      growth = grows ? ratio : Math.max(0.001, adjusted[1] / adjusted[0]);
      level = grows ? one / ratio : Math.max(0.001, adjusted[0]);
    }
    return new EtsParameters(0, 0, 0, 1, level, growth, seasons);
  }

  /** Intercept (before the first value) and slope. */
  static double[] line(double[] values) {
    double n = values.length;
    double mean = 0;
    for (double value : values) {
      mean += value / n;
    }
    double products = 0;
    double squares = 0;
    for (int t = 0; t < values.length; t++) {
      double from = t + 1 - (n + 1) / 2;
      products += from * (values[t] - mean);
      squares += from * from;
    }
    double slope = squares > 0 ? products / squares : 0;
    return new double[] {mean - slope * (n + 1) / 2, slope};
  }

  private static double[] seasons(double[] y, int period, boolean factor) {
    double[] seasons =
        y.length >= 3 * period
            ? Decomposition.of(y, period, factor).season()
            : harmonics(y, period, factor);
    if (factor) {
      double sum = 0;
      for (int i = 0; i < period; i++) {
        seasons[i] = Math.max(SMALLEST_SEASON, seasons[i]);
        sum += seasons[i];
      }
      for (int i = 0; i < period; i++) {
        seasons[i] *= period / sum;
      }
    }
    return seasons;
  }

  private static double[] harmonics(double[] y, int period, boolean factor) {
    int n = y.length;
    double[][] columns = new double[4][n];
    for (int t = 0; t < n; t++) {
      columns[0][t] = 1;
      columns[1][t] = t + 1;
      columns[2][t] = Math.sin(2 * Math.PI * (t + 1) / period);
      columns[3][t] = Math.cos(2 * Math.PI * (t + 1) / period);
    }
    double[] c = LeastSquares.of(y, columns).coefficients();
    double[] result = new double[period];
    double sum = 0;
    for (int i = 0; i < period; i++) {
      double line = c[0] + known(c[1]) * (i + 1);
      result[i] = i < n ? (factor ? y[i] / line : y[i] - line) : factor ? 1 : 0;
      sum += result[i];
    }
    for (int i = 0; i < period; i++) {
      result[i] = factor ? result[i] : result[i] - sum / period;
    }
    return result;
  }

  private static double known(double coefficient) {
    return Double.isNaN(coefficient) ? 0 : coefficient;
  }
}
