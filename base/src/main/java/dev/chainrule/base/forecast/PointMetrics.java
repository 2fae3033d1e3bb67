package dev.chainrule.base.forecast;

/**
 * Metrics of point forecasts of one series. A step whose actual value is missing is left out; where
 * nothing is left, or a scale is zero, the value is NaN.
 */
public final class PointMetrics {
  private PointMetrics() {}

  private interface StepError {
    double of(double actual, double forecast);
  }

  private static double mean(double[] actual, double[] forecast, StepError error) {
    check(actual, forecast);
    double sum = 0;
    int count = 0;
    for (int h = 0; h < actual.length; h++) {
      if (!Double.isNaN(actual[h])) {
        sum += error.of(actual[h], forecast[h]);
        count++;
      }
    }
    return sum / count;
  }

  static void check(double[] actual, double[] forecast) {
    if (actual.length != forecast.length) {
      throw new IllegalArgumentException(
          "metrics: found "
              + actual.length
              + " actual and "
              + forecast.length
              + " forecast values, expected as many");
    }
  }

  /** Mean absolute error, in the series' unit. */
  public static double mae(double[] actual, double[] forecast) {
    return mean(actual, forecast, (a, f) -> Math.abs(a - f));
  }

  /** Mean squared error. */
  public static double mse(double[] actual, double[] forecast) {
    return mean(actual, forecast, (a, f) -> (a - f) * (a - f));
  }

  /** Root mean squared error, in the series' unit. */
  public static double rmse(double[] actual, double[] forecast) {
    return Math.sqrt(mse(actual, forecast));
  }

  /** Mean absolute percentage error, in per cent of the actual value. */
  public static double mape(double[] actual, double[] forecast) {
    return mean(actual, forecast, (a, f) -> 100 * Math.abs((a - f) / a));
  }

  /**
   * Symmetric mean absolute percentage error, 0 to 200, as M3 and M4 define it; GluonTS leaves out
   * the factor 100. A step where both are zero counts 0.
   */
  public static double smape(double[] actual, double[] forecast) {
    return mean(
        actual,
        forecast,
        (a, f) -> a == 0 && f == 0 ? 0 : 200 * Math.abs(a - f) / (Math.abs(a) + Math.abs(f)));
  }

  /**
   * The scale of {@link #mase}: in-sample mean absolute error of the seasonal naive forecast, or of
   * the naive one where the past is not longer than the period, as GluonTS has it.
   */
  public static double naiveScale(double[] past, int period) {
    int lag = past.length > period ? period : 1;
    double sum = 0;
    int count = 0;
    for (int t = lag; t < past.length; t++) {
      double step = Math.abs(past[t] - past[t - lag]);
      if (!Double.isNaN(step)) {
        sum += step;
        count++;
      }
    }
    return sum / count;
  }

  /** Mean absolute scaled error (Hyndman and Koehler 2006). */
  public static double mase(double[] actual, double[] forecast, double[] past, int period) {
    double scale = naiveScale(past, period);
    return scale == 0 ? Double.NaN : mae(actual, forecast) / scale;
  }

  /** Normalised deviation: sum of absolute errors over sum of absolute actual values. */
  public static double nd(double[] actual, double[] forecast) {
    return mae(actual, forecast) / mean(actual, forecast, (a, f) -> Math.abs(a));
  }

  /** Root mean squared error over the mean absolute actual value. */
  public static double nrmse(double[] actual, double[] forecast) {
    return rmse(actual, forecast) / mean(actual, forecast, (a, f) -> Math.abs(a));
  }

  /**
   * Overall weighted average of M4: of values already averaged over a data set.
   *
   * @param naive2Smape of {@link Naive2}
   * @param naive2Mase of {@link Naive2}
   */
  public static double owa(double smape, double mase, double naive2Smape, double naive2Mase) {
    return 0.5 * (smape / naive2Smape + mase / naive2Mase);
  }
}
