package dev.chainrule.arima.unitroot;

import java.util.Arrays;

/** Filling of missing values before a decomposition. */
public final class Interpolation {
  private Interpolation() {}

  /** Missing values on the line between their neighbours; the ends continue level. */
  public static double[] linear(double[] x) {
    double[] result = x.clone();
    int last = -1;
    for (int t = 0; t < x.length; t++) {
      if (Double.isNaN(x[t])) {
        continue;
      }
      for (int j = last + 1; j < t; j++) {
        result[j] = last < 0 ? x[t] : x[last] + (x[t] - x[last]) * (j - last) / (t - last);
      }
      last = t;
    }
    for (int j = last + 1; j < x.length && last >= 0; j++) {
      result[j] = x[last];
    }
    return result;
  }

  /**
   * The same on the seasonally adjusted series, where more than two periods of values are there, as
   * {@code na.interp} has it: with fewer, what is filled in would be taken for a season.
   */
  public static double[] seasonal(double[] x, int period) {
    double[] filled = linear(x);
    if (Arrays.equals(filled, x) || trimmed(x).length <= 2 * period) {
      return filled;
    }
    for (int pass = 0; pass < 3; pass++) {
      double[] season = Stl.decompose(filled, period, SeasonalTests.SEASONAL_WINDOW).seasonal();
      double[] adjusted = x.clone();
      for (int t = 0; t < x.length; t++) {
        adjusted[t] -= season[t];
      }
      adjusted = linear(adjusted);
      for (int t = 0; t < x.length; t++) {
        filled[t] = adjusted[t] + season[t];
      }
    }
    return filled;
  }

  /** Without missing values. */
  static double[] trimmed(double[] x) {
    return Arrays.stream(x).filter(v -> !Double.isNaN(v)).toArray();
  }
}
