package dev.chainrule.arima.smoothing;

import dev.chainrule.arima.Calibration;
import dev.chainrule.base.forecast.Forecast;
import java.util.Arrays;

/** What a model's intervals take into account. */
public enum Intervals {
  /** What the model says: future errors only. */
  NORMAL,
  /**
   * Also how far the same model, fitted to beginnings of the series, missed what followed, as
   * {@link Calibration} learns it for ARIMA.
   */
  CALIBRATED;

  private static final double Z95 = 1.959963984540054;

  /** A model's forecast. */
  public Forecast of(SeriesModel model, int horizon, long seed) {
    Forecast forecast = model.forecast(horizon, seed);
    if (this == NORMAL || model.seesAllErrors()) {
      return forecast;
    }
    double[] y = model.series();
    int smallest = Math.max(2 * model.parameterCount() + 1, y.length / 2);
    double[] factors =
        Calibration.factors(
            y.length,
            smallest,
            horizon,
            (origin, steps) -> {
              double[] beginning = Arrays.copyOf(y, origin);
              return misses(model.refit(beginning).forecast(steps, seed), y, origin);
            });
    return new Scaled(forecast, factors);
  }

  /** Errors in units of the standard errors that came with the forecast [steps]. */
  public static double[] misses(Forecast forecast, double[] y, int origin) {
    double[] result = new double[forecast.horizon()];
    for (int h = 0; h < result.length; h++) {
      result[h] = (y[origin + h] - forecast.mean(h)) / deviation(forecast, h);
    }
    return result;
  }

  /** Half the width of the interval of 95 %, as a standard deviation. */
  public static double deviation(Forecast forecast, int step) {
    return (forecast.quantile(step, 0.975) - forecast.quantile(step, 0.025)) / (2 * Z95);
  }
}
