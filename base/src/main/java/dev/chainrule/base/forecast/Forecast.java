package dev.chainrule.base.forecast;

/** The distribution of the next values of one series, step by step; steps count from 0. */
public interface Forecast {
  /** How many steps it reaches. */
  int horizon();

  /** The point forecast of a step. */
  double mean(int step);

  /**
   * A quantile of a step.
   *
   * @param probability above 0 and below 1
   */
  double quantile(int step, double probability);

  /** Point forecasts [horizon]. */
  default double[] means() {
    double[] result = new double[horizon()];
    for (int h = 0; h < result.length; h++) {
      result[h] = mean(h);
    }
    return result;
  }

  /** One quantile of all steps [horizon]. */
  default double[] quantiles(double probability) {
    double[] result = new double[horizon()];
    for (int h = 0; h < result.length; h++) {
      result[h] = quantile(h, probability);
    }
    return result;
  }

  /**
   * Lower ends of central intervals [horizon].
   *
   * @param level their nominal coverage, above 0 and below 1
   */
  default double[] lower(double level) {
    return quantiles((1 - level) / 2);
  }

  /** Upper ends of central intervals [horizon]. */
  default double[] upper(double level) {
    return quantiles((1 + level) / 2);
  }
}
