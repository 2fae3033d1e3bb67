package dev.chainrule.timeseries.zeroshot;

import dev.chainrule.base.distribution.Distribution;
import dev.chainrule.base.forecast.Forecast;
import dev.chainrule.base.forecast.ForecastTable;

/** A forecast by the distribution of each step. */
final class StepDistributions implements Forecast {
  private final Distribution[] steps;
  private final double centre;
  private final double floor;

  /**
   * Distributions of what is above a centre.
   *
   * @param floor that nothing is below
   */
  StepDistributions(Distribution[] steps, double centre, double floor) {
    this.steps = steps;
    this.centre = centre;
    this.floor = floor;
  }

  @Override
  public int horizon() {
    return steps.length;
  }

  /** The median, which the absolute error asks for. */
  @Override
  public double mean(int step) {
    return quantile(step, 0.5);
  }

  @Override
  public double quantile(int step, double probability) {
    return Math.max(floor, centre + steps[step].quantile(probability));
  }

  @Override
  public String toString() {
    return ForecastTable.of(this);
  }
}
