package dev.chainrule.base.forecast;

import dev.chainrule.base.distribution.Distribution;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a value lies in what was expected of it from the values before.
 *
 * @param value that came; NaN is missing
 * @param expected the median of what was expected; NaN where nothing was
 * @param lower the value below which it is flagged
 * @param upper the value above which it is flagged
 * @param tail twice the probability of a value as far out on this side, at most 1; NaN where the
 *     value is missing or nothing was expected
 * @param flagged whether that is below the threshold
 */
public record Surprise(
    double value, double expected, double lower, double upper, double tail, boolean flagged) {
  /**
   * Of each value of a series.
   *
   * @param y the values [n]
   * @param expected distributions of each [n], null where there is none
   * @param threshold above 0 and below 1: of values that are as expected the share that is flagged
   */
  public static List<Surprise> of(
      double[] y, List<? extends @Nullable Distribution> expected, double threshold) {
    requireThreshold(threshold);
    List<Surprise> result = new ArrayList<>();
    for (int t = 0; t < y.length; t++) {
      Distribution distribution = expected.get(t);
      result.add(
          distribution == null
              ? new Surprise(y[t], Double.NaN, Double.NaN, Double.NaN, Double.NaN, false)
              : of(y[t], distribution, threshold));
    }
    return result;
  }

  /** Refuses a threshold that is no share. */
  public static void requireThreshold(double threshold) {
    if (!(threshold > 0 && threshold < 1)) {
      throw new IllegalArgumentException(
          "threshold: found " + threshold + ", expected a number above 0 and below 1.");
    }
  }

  private static Surprise of(double value, Distribution distribution, double threshold) {
    double tail = Double.NaN;
    if (!Double.isNaN(value)) {
      boolean whole = distribution.support().whole();
      double below = distribution.cdf(value);
      double above = 1 - distribution.cdf(whole ? value - 1 : value);
      tail = Math.min(1, 2 * Math.min(below, above));
    }
    return new Surprise(
        value,
        distribution.quantile(0.5),
        distribution.quantile(threshold / 2),
        distribution.quantile(1 - threshold / 2),
        tail,
        tail < threshold);
  }
}
