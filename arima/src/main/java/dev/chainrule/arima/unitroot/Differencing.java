package dev.chainrule.arima.unitroot;

import java.util.Arrays;

/** How many differences a series wants, as forecast's {@code ndiffs} and {@code nsdiffs} decide. */
public final class Differencing {
  private Differencing() {}

  /** The lagged differences of x [n - lag]; NaN where either value is missing. */
  public static double[] difference(double[] x, int lag) {
    double[] result = new double[Math.max(0, x.length - lag)];
    for (int t = 0; t < result.length; t++) {
      result[t] = x[t + lag] - x[t];
    }
    return result;
  }

  /** Ordinary differences, 0 to {@code max}. */
  public static int count(double[] series, UnitRootTest test, double alpha, int max) {
    double[] x = Interpolation.trimmed(series);
    int d = 0;
    while (d < max && !isConstant(x) && test.wantsDifference(x, alpha)) {
      d++;
      x = difference(x, 1);
    }
    return d;
  }

  /** Seasonal differences, 0 to {@code max}; 0 for a series of less than two periods and a bit. */
  public static int seasonalCount(double[] series, int period, SeasonalTest test, int max) {
    double[] x = series;
    int d = 0;
    if (period < 2) {
      return 0;
    }
    while (d < max && x.length > 2 * period && !isConstant(x) && test.wantsDifference(x, period)) {
      d++;
      x = difference(x, period);
    }
    return d;
  }

  /** Whether all values that are not missing are equal. */
  public static boolean isConstant(double[] x) {
    double[] present = Interpolation.trimmed(x);
    return Arrays.stream(present).allMatch(v -> v == present[0]);
  }
}
