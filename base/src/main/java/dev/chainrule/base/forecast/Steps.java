package dev.chainrule.base.forecast;

import dev.chainrule.base.InputException;

/**
 * The steps that a series made: from each value to the next one that is there, however far.
 *
 * @param values of the series, NaN is missing
 * @param first index of the first value that is there
 * @param last index of the last
 * @param slope mean step that is expected
 * @param deviation standard deviation of a step; 0 only for a series of equal values, or where many
 *     steps are all as expected
 */
@SuppressWarnings("ArrayRecordComponent")
record Steps(double[] values, int first, int last, double slope, double deviation) {
  /** Fewer steps that are all as expected may be so by chance. */
  private static final int ENOUGH = 3;

  /**
   * Of a series.
   *
   * @param drift whether the slope is the mean step, or zero
   */
  static Steps of(SeriesHistory history, boolean drift) {
    double[] values = history.values();
    int first = 0;
    int last = values.length - 1;
    while (first < last && Double.isNaN(values[first])) {
      first++;
    }
    while (last > first && Double.isNaN(values[last])) {
      last--;
    }
    if (last <= first) {
      throw new InputException(
          "series %s: found %s, expected two values at least, for what a step may be"
              .formatted(
                  history.id(),
                  values.length == 0 || Double.isNaN(values[last]) ? "none" : "one value"));
    }
    double slope = drift ? (values[last] - values[first]) / (last - first) : 0;
    double deviation = deviation(values, first, last, slope, drift ? 1 : 0);
    if (deviation == 0 && slope != 0 && last - first < ENOUGH) {
      deviation = deviation(values, first, last, 0, 0);
    }
    return new Steps(values, first, last, slope, deviation);
  }

  /**
   * A step over a gap of k counts as k steps' variance.
   *
   * @param estimated numbers that were estimated from the steps
   * @return 0 where too few steps remain to say
   */
  private static double deviation(
      double[] values, int first, int last, double slope, int estimated) {
    double sum = 0;
    int count = 0;
    int before = first;
    for (int i = first + 1; i <= last; i++) {
      if (!Double.isNaN(values[i])) {
        double error = values[i] - values[before] - (i - before) * slope;
        sum += error * error / (i - before);
        before = i;
        count++;
      }
    }
    return count > estimated ? Math.sqrt(sum / (count - estimated)) : 0;
  }

  /** How many steps lie between the first and the last value. */
  int span() {
    return last - first;
  }

  /**
   * Of a whole season: the root mean square of what was seen of it, or where that is nothing, or
   * less than a season all without error, that of a random walk over so many steps.
   */
  double deviation(int period) {
    double sum = 0;
    int count = 0;
    for (int i = first + period; i <= last; i++) {
      double error = values[i] - values[i - period];
      if (!Double.isNaN(error)) {
        sum += error * error;
        count++;
      }
    }
    boolean known = count > 0 && (sum > 0 || count >= Math.max(ENOUGH, period));
    return known ? Math.sqrt(sum / count) : deviation * Math.sqrt(period);
  }
}
