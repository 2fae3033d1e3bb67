package dev.chainrule.base.forecast;

import org.apache.commons.math3.distribution.NormalDistribution;

/**
 * A normal distribution a step.
 *
 * @param locations means [horizon]
 * @param deviations standard deviations [horizon]
 */
@SuppressWarnings("ArrayRecordComponent")
public record NormalForecast(double[] locations, double[] deviations) implements Forecast {
  private static final NormalDistribution NORMAL = new NormalDistribution(null, 0, 1);

  @Override
  public int horizon() {
    return locations.length;
  }

  @Override
  public double mean(int step) {
    return locations[step];
  }

  @Override
  public double quantile(int step, double probability) {
    return locations[step] + deviations[step] * NORMAL.inverseCumulativeProbability(probability);
  }

  @Override
  public String toString() {
    return ForecastTable.of(this);
  }
}
