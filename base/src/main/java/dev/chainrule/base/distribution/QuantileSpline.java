package dev.chainrule.base.distribution;

import java.util.Arrays;

/**
 * A distribution whose quantile function is linear between knots: of no family, and bounded.
 *
 * @param levels of the knots [K], rising from 0 to 1
 * @param values the quantiles there [K], not falling; neither array is copied
 */
@SuppressWarnings("ArrayRecordComponent")
public record QuantileSpline(double[] levels, double[] values) implements Distribution {
  /** Rejects what is no quantile function. */
  public QuantileSpline {
    int last = levels.length - 1;
    boolean fits =
        last > 0 && values.length == levels.length && levels[0] == 0 && levels[last] == 1;
    for (int i = 0; i < last && fits; i++) {
      fits = levels[i + 1] > levels[i] && values[i + 1] >= values[i];
    }
    if (!fits) {
      throw new IllegalArgumentException(
          "quantiles %s at %s, expected them not to fall, from level 0 to level 1"
              .formatted(Arrays.toString(values), Arrays.toString(levels)));
    }
  }

  @Override
  public Support support() {
    return new Support(values[0], values[values.length - 1], false);
  }

  /** The last piece that begins at or below x, which is between the bounds. */
  private int piece(double x) {
    int i = 0;
    while (i + 2 < values.length && values[i + 1] <= x) {
      i++;
    }
    return i;
  }

  @Override
  public double logProb(double x) {
    if (!support().contains(x)) {
      return Double.NEGATIVE_INFINITY;
    }
    int i = piece(x);
    return Math.log((levels[i + 1] - levels[i]) / (values[i + 1] - values[i]));
  }

  @Override
  public double cdf(double x) {
    if (!support().contains(x)) {
      return x <= values[0] ? 0 : 1;
    }
    int i = piece(x);
    double share = (x - values[i]) / (values[i + 1] - values[i]);
    return levels[i] + share * (levels[i + 1] - levels[i]);
  }

  @Override
  public double quantile(double level) {
    Inversion.requireLevel(level);
    int i = 0;
    while (levels[i + 1] < level) {
      i++;
    }
    double share = (level - levels[i]) / (levels[i + 1] - levels[i]);
    return values[i] + share * (values[i + 1] - values[i]);
  }

  @Override
  public double mean() {
    double mean = 0;
    for (int i = 0; i + 1 < values.length; i++) {
      mean += (levels[i + 1] - levels[i]) * (values[i] + values[i + 1]) / 2;
    }
    return mean;
  }

  @Override
  public double variance() {
    double mean = mean();
    double variance = 0;
    for (int i = 0; i + 1 < values.length; i++) {
      double a = values[i] - mean;
      double b = values[i + 1] - mean;
      variance += (levels[i + 1] - levels[i]) * (a * a + a * b + b * b) / 3;
    }
    return variance;
  }
}
