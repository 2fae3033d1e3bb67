package dev.chainrule.arima.smoothing;

import dev.chainrule.base.forecast.Forecast;
import dev.chainrule.base.forecast.ForecastTable;

/**
 * A forecast without its first steps: of a series whose last values are missing.
 *
 * @param of the forecast from the last value
 * @param gap steps that are left out
 */
public record Later(Forecast of, int gap) implements Forecast {
  @Override
  public int horizon() {
    return of.horizon() - gap;
  }

  @Override
  public double mean(int step) {
    return of.mean(gap + step);
  }

  @Override
  public double quantile(int step, double probability) {
    return of.quantile(gap + step, probability);
  }

  @Override
  public String toString() {
    return ForecastTable.of(this);
  }
}
