package dev.chainrule.arima.smoothing;

import dev.chainrule.base.forecast.Forecast;
import dev.chainrule.base.forecast.ForecastTable;

/**
 * A forecast whose quantiles are further from its means, or nearer.
 *
 * @param of the forecast
 * @param factors of the distances [horizon]
 */
@SuppressWarnings("ArrayRecordComponent")
public record Scaled(Forecast of, double[] factors) implements Forecast {
  @Override
  public int horizon() {
    return of.horizon();
  }

  @Override
  public double mean(int step) {
    return of.mean(step);
  }

  @Override
  public double quantile(int step, double probability) {
    double mean = of.mean(step);
    return mean + factors[step] * (of.quantile(step, probability) - mean);
  }

  @Override
  public String toString() {
    return ForecastTable.of(this);
  }
}
