package dev.chainrule.base.forecast;

/**
 * Point forecasts with intervals from paths.
 *
 * @param points point forecasts [horizon]
 * @param paths what intervals come from, as far
 */
@SuppressWarnings("ArrayRecordComponent")
public record SimulatedForecast(double[] points, SamplePaths paths) implements Forecast {
  @Override
  public int horizon() {
    return points.length;
  }

  @Override
  public double mean(int step) {
    return points[step];
  }

  @Override
  public double quantile(int step, double probability) {
    return paths.quantile(step, probability);
  }

  @Override
  public String toString() {
    return ForecastTable.of(this);
  }
}
