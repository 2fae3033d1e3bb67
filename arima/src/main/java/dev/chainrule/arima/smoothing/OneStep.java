package dev.chainrule.arima.smoothing;

import java.util.Arrays;

/**
 * What a model expected of each value from those before it, its parameters being those of the whole
 * series.
 *
 * @param means [n]; NaN where it cannot say
 * @param deviations standard deviations [n]
 */
@SuppressWarnings("ArrayRecordComponent")
public record OneStep(double[] means, double[] deviations) {
  /** With the same deviation at every step. */
  public static OneStep of(double[] means, double deviation) {
    double[] deviations = new double[means.length];
    Arrays.fill(deviations, deviation);
    return new OneStep(means, deviations);
  }

  /** Of a series [n] from its errors [n], those of its first values not told. */
  public static OneStep of(double[] series, double[] errors, int untold, double deviation) {
    double[] means = new double[series.length];
    Arrays.setAll(means, t -> t < untold ? Double.NaN : series[t] - errors[t]);
    return of(means, deviation);
  }

  /** Values less means [n]; NaN where one is missing. */
  public double[] errors(double[] y) {
    double[] errors = new double[means.length];
    Arrays.setAll(errors, t -> y[t] - means[t]);
    return errors;
  }
}
