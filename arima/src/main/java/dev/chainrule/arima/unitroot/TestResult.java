package dev.chainrule.arima.unitroot;

/**
 * The result of a test.
 *
 * @param statistic its value; NaN where the series is too short
 * @param pValue interpolated in the table of critical values and so clipped to its ends
 * @param lags how many lags it used
 */
public record TestResult(double statistic, double pValue, int lags) {
  /** Linear interpolation in a table of critical values with rising x, clipped at its ends. */
  static double interpolate(double x, double[] critical, double[] levels) {
    if (Double.isNaN(x)) {
      return Double.NaN;
    }
    int n = critical.length;
    if (x <= critical[0]) {
      return levels[0];
    }
    for (int i = 1; i < n; i++) {
      if (x <= critical[i]) {
        double share = (x - critical[i - 1]) / (critical[i] - critical[i - 1]);
        return levels[i - 1] + share * (levels[i] - levels[i - 1]);
      }
    }
    return levels[n - 1];
  }
}
