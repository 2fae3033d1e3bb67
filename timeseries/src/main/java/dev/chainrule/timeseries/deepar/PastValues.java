package dev.chainrule.timeseries.deepar;

import dev.chainrule.timeseries.likelihood.Likelihood;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/** The values of a series, with what takes the place of those that are missing. */
final class PastValues {
  private final double[] values;
  private final int lag;
  private final int first;
  private final double[] filled;

  /**
   * Of a series.
   *
   * @param values NaN is missing
   * @param lag how long before a missing value the one stands that takes its place
   */
  PastValues(double[] values, int lag) {
    this.values = values;
    this.lag = lag;
    int at = 0;
    while (at < values.length && Double.isNaN(values[at])) {
      at++;
    }
    first = at;
    filled = hasGap(0, values.length) ? filled() : values;
  }

  private double[] filled() {
    double[] result = values.clone();
    for (int i = first; i < values.length; i++) {
      if (Double.isNaN(values[i])) {
        result[i] = result[source(i)];
      }
    }
    return result;
  }

  /** Not before the first value. */
  private int source(int i) {
    return i - lag >= first ? i - lag : i - 1;
  }

  /** How many there are, missing ones too. */
  int length() {
    return values.length;
  }

  /** Index of the first value that is there. */
  int first() {
    return first;
  }

  /** Whether a value is missing from one index up to another, but not before the first. */
  boolean hasGap(int from, int to) {
    for (int i = Math.max(from, first); i < Math.min(to, values.length); i++) {
      if (Double.isNaN(values[i])) {
        return true;
      }
    }
    return false;
  }

  /**
   * Writes what stands before an index.
   *
   * @param level of what lies before the first value
   */
  void write(float[] before, int end, double level) {
    write(filled, before, end, level);
  }

  private void write(double[] from, float[] before, int end, double level) {
    for (int i = 0; i < before.length; i++) {
      int at = end - before.length + i;
      before[i] = (float) (at < first || at >= from.length ? level : from[at]);
    }
  }

  /**
   * The same with missing values drawn: each is the one that takes its place and a step like one of
   * those that the series made over that time.
   */
  void draw(float[] before, int end, double level, Likelihood likelihood, RandomGenerator rng) {
    double[] steps = steps();
    double[] path = filled.clone();
    for (int i = first; i < Math.min(end, values.length); i++) {
      if (Double.isNaN(values[i])) {
        double step = steps.length == 0 ? 0 : steps[rng.nextInt(steps.length)];
        double stepped = path[source(i)] + step;
        path[i] = likelihood.support().contains(stepped) ? stepped : path[source(i)];
      }
    }
    write(path, before, end, level);
  }

  private double[] steps() {
    double[] steps = new double[Math.max(0, values.length - lag)];
    Arrays.setAll(steps, i -> values[i + lag] - values[i]);
    return Arrays.stream(steps).filter(step -> !Double.isNaN(step)).toArray();
  }
}
