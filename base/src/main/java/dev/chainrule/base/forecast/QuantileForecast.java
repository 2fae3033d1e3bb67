package dev.chainrule.base.forecast;

/** A forecast given by some quantiles of each step; others are interpolated. */
public final class QuantileForecast implements Forecast {
  private final double[] mean;
  private final double[] probabilities;
  private final double[][] values;

  /**
   * A forecast.
   *
   * @param mean point forecasts [horizon]
   * @param probabilities rising [q]
   * @param values quantiles [q][horizon]
   */
  public QuantileForecast(double[] mean, double[] probabilities, double[][] values) {
    if (probabilities.length == 0 || probabilities.length != values.length) {
      throw new IllegalArgumentException(
          "quantiles: found "
              + probabilities.length
              + " probabilities and "
              + values.length
              + " rows, expected as many, at least one");
    }
    this.mean = mean;
    this.probabilities = probabilities;
    this.values = values;
  }

  @Override
  public int horizon() {
    return mean.length;
  }

  @Override
  public double mean(int step) {
    return mean[step];
  }

  /** Linear between the given ones, level beyond them. */
  @Override
  public double quantile(int step, double probability) {
    int last = probabilities.length - 1;
    if (probability <= probabilities[0]) {
      return values[0][step];
    }
    for (int i = 1; i <= last; i++) {
      if (probability <= probabilities[i]) {
        double share =
            (probability - probabilities[i - 1]) / (probabilities[i] - probabilities[i - 1]);
        return values[i - 1][step] + share * (values[i][step] - values[i - 1][step]);
      }
    }
    return values[last][step];
  }

  @Override
  public String toString() {
    return ForecastTable.of(this);
  }
}
