package dev.chainrule.arima.smoothing;

/** Standard deviations of models whose future is linear in the errors that are to come. */
public final class LinearPaths {
  private LinearPaths() {}

  /** What comes of errors. */
  @FunctionalInterface
  public interface Path {
    /** Values [horizon] that errors [horizon] lead to. */
    double[] of(double[] errors);
  }

  /**
   * Standard deviations of the steps ahead [horizon].
   *
   * @param variance of an error
   */
  public static double[] deviations(Path path, int horizon, double variance) {
    double[] usual = path.of(new double[horizon]);
    double[] sums = new double[horizon];
    double unit = 1;
    for (double value : usual) {
      unit = Math.max(unit, Math.abs(value));
    }
    for (int j = 0; j < horizon; j++) {
      double[] errors = new double[horizon];
      errors[j] = unit;
      double[] moved = path.of(errors);
      for (int h = j; h < horizon; h++) {
        double weight = (moved[h] - usual[h]) / unit;
        sums[h] += weight * weight;
      }
    }
    for (int h = 0; h < horizon; h++) {
      sums[h] = Math.sqrt(variance * sums[h]);
    }
    return sums;
  }
}
