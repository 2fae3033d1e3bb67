package dev.chainrule.arima.smoothing;

/** How finely values are written: what is left uncertain of a series that a model fits exactly. */
public final class Resolution {
  private static final int MOST_DECIMALS = 9;

  /** Shares of the mean square below which what is left is rounding. */
  private static final double ROUNDING = 1e-24;

  private Resolution() {}

  /** The standard deviation of a rounding error of the last decimal that a value has. */
  public static double deviation(double[] y) {
    double largest = 0;
    for (double value : y) {
      largest = Math.max(largest, Double.isNaN(value) ? 0 : Math.abs(value));
    }
    // Of values that are all below 1 the first decimal that one has is looked for first.
    double step = Math.pow(10, Math.min(0, Math.floor(Math.log10(largest))));
    for (int decimals = 0; decimals < MOST_DECIMALS && !divides(step, y); decimals++) {
      step /= 10;
    }
    return step / Math.sqrt(12);
  }

  private static boolean divides(double step, double[] y) {
    for (double value : y) {
      double units = value / step;
      if (!Double.isNaN(value) && Math.abs(units - Math.rint(units)) > 1e-6) {
        return false;
      }
    }
    return true;
  }

  /**
   * The variance of errors: their squares by the degrees of freedom that are left, or that of the
   * last decimal where the errors are no more than the rounding of the computation.
   *
   * @param squares sum of the errors' squares
   * @param y the series [n]; NaN is missing
   * @param free degrees of freedom; below 1 they count as 1
   */
  public static double variance(double squares, double[] y, double free) {
    double size = 0;
    for (double value : y) {
      size += Double.isNaN(value) ? 0 : value * value;
    }
    if (squares > ROUNDING * size) {
      return squares / Math.max(1, free);
    }
    double deviation = deviation(y);
    return deviation * deviation;
  }
}
