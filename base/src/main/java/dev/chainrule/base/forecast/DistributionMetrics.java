package dev.chainrule.base.forecast;

import java.util.Arrays;
import java.util.function.DoublePredicate;
import org.apache.commons.math3.special.Erf;

/**
 * Metrics of forecast distributions of one series. A step whose actual value is missing is left
 * out.
 */
public final class DistributionMetrics {
  private DistributionMetrics() {}

  /** GluonTS's nine levels, 0.1 to 0.9. */
  public static double[] defaultProbabilities() {
    double[] levels = new double[9];
    for (int i = 0; i < 9; i++) {
      levels[i] = (i + 1) / 10.0;
    }
    return levels;
  }

  /** Pinball loss of one step: {@code (p - [actual < forecast]) (actual - forecast)}. */
  public static double pinball(double actual, double forecast, double probability) {
    return (actual - forecast) * (probability - (actual < forecast ? 1 : 0));
  }

  /** Twice the sum of the pinball losses, GluonTS's {@code QuantileLoss}. */
  public static double quantileLoss(double[] actual, double[] forecast, double probability) {
    PointMetrics.check(actual, forecast);
    double sum = 0;
    for (int h = 0; h < actual.length; h++) {
      if (!Double.isNaN(actual[h])) {
        sum += 2 * pinball(actual[h], forecast[h], probability);
      }
    }
    return sum;
  }

  /** Sum of absolute actual values, the denominator of the weighted losses. */
  public static double absoluteSum(double[] actual) {
    double sum = 0;
    for (double a : actual) {
      sum += Double.isNaN(a) ? 0 : Math.abs(a);
    }
    return sum;
  }

  /** Quantile loss over the sum of absolute actual values. */
  public static double weightedQuantileLoss(
      double[] actual, double[] forecast, double probability) {
    return quantileLoss(actual, forecast, probability) / absoluteSum(actual);
  }

  /** Mean of the weighted quantile losses over probabilities. */
  public static double meanWeightedQuantileLoss(
      double[] actual, Forecast forecast, double[] probabilities) {
    double sum = 0;
    for (double p : probabilities) {
      sum += weightedQuantileLoss(actual, forecast.quantiles(p), p);
    }
    return sum / probabilities.length;
  }

  /** Share of the actual values at most the forecast quantile, GluonTS's {@code Coverage}. */
  public static double coverage(double[] actual, double[] quantile) {
    return inside(actual, filled(actual.length, Double.NEGATIVE_INFINITY), quantile);
  }

  /** Share of the actual values inside the intervals, ends included. */
  public static double inside(double[] actual, double[] lower, double[] upper) {
    PointMetrics.check(actual, lower);
    PointMetrics.check(actual, upper);
    double hits = 0;
    int count = 0;
    for (int h = 0; h < actual.length; h++) {
      if (!Double.isNaN(actual[h])) {
        hits += actual[h] >= lower[h] && actual[h] <= upper[h] ? 1 : 0;
        count++;
      }
    }
    return hits / count;
  }

  private static double[] filled(int n, double value) {
    double[] result = new double[n];
    Arrays.fill(result, value);
    return result;
  }

  /**
   * Mean scaled interval score of M4 (Gneiting and Raftery 2007).
   *
   * @param level nominal coverage of the intervals, for instance 0.95
   * @param scale {@link PointMetrics#naiveScale}
   */
  public static double msis(
      double[] actual, double[] lower, double[] upper, double level, double scale) {
    PointMetrics.check(actual, lower);
    PointMetrics.check(actual, upper);
    double alpha = 1 - level;
    double sum = 0;
    int count = 0;
    for (int h = 0; h < actual.length; h++) {
      double a = actual[h];
      if (!Double.isNaN(a)) {
        sum += upper[h] - lower[h];
        sum += 2 / alpha * Math.max(0, lower[h] - a);
        sum += 2 / alpha * Math.max(0, a - upper[h]);
        count++;
      }
    }
    return sum / count / scale;
  }

  /** CRPS of a normal distribution (Gneiting and Raftery 2007, equation 21). */
  public static double crpsNormal(double actual, double mean, double standardDeviation) {
    double z = (actual - mean) / standardDeviation;
    double density = Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI);
    double twoCdfMinusOne = Erf.erf(z / Math.sqrt(2));
    return standardDeviation * (z * twoCdfMinusOne + 2 * density - 1 / Math.sqrt(Math.PI));
  }

  /**
   * CRPS of draws: mean distance to the actual value less half the mean distance of pairs.
   *
   * @param sorted draws in rising order
   * @param fair whether pairs of a draw with itself are left out, which makes it unbiased
   */
  public static double crpsSamples(double actual, double[] sorted, boolean fair) {
    int n = sorted.length;
    double distance = 0;
    double pairs = 0;
    for (int i = 0; i < n; i++) {
      distance += Math.abs(sorted[i] - actual);
      pairs += (2.0 * i - n + 1) * sorted[i];
    }
    double count = fair ? (double) n * (n - 1) : (double) n * n;
    return distance / n - pairs / count;
  }

  /** CRPS as twice the mean pinball loss over probabilities, of one step. */
  public static double crpsQuantiles(
      double actual, Forecast forecast, int step, double[] probabilities) {
    double sum = 0;
    for (double p : probabilities) {
      sum += 2 * pinball(actual, forecast.quantile(step, p), p);
    }
    return sum / probabilities.length;
  }

  /** CRPS of one step: of the draws where the forecast is given by some, else of 99 quantiles. */
  public static double crps(double actual, Forecast forecast, int step) {
    if (forecast instanceof SamplePaths samples) {
      return crpsSamples(actual, samples.sorted(step), false);
    }
    double[] percentages = new double[99];
    for (int i = 0; i < percentages.length; i++) {
      percentages[i] = (i + 1) / 100.0;
    }
    return crpsQuantiles(actual, forecast, step, percentages);
  }

  /**
   * The probability integral transform: the forecast probability of a value below the actual one,
   * uniform over 0 to 1 where forecasts are calibrated. Where a value has a probability of its own,
   * as counts have, a random part of it is added (Czado, Gneiting and Held 2009).
   *
   * @param uniform a random number from 0 to 1
   */
  public static double pit(double actual, Forecast forecast, int step, double uniform) {
    double below = 0;
    double upTo = 0;
    if (forecast instanceof SamplePaths samples) {
      double[] draws = samples.sorted(step);
      for (double draw : draws) {
        below += draw < actual ? 1 : 0;
        upTo += draw <= actual ? 1 : 0;
      }
      // The actual value ranks among the draws as one more of them.
      return (below + uniform * (upTo - below + 1)) / (draws.length + 1);
    }
    below = bisect(p -> forecast.quantile(step, p) < actual);
    upTo = bisect(p -> forecast.quantile(step, p) <= actual);
    return below + uniform * (upTo - below);
  }

  /** The largest probability that is low, or 0 or 1. */
  private static double bisect(DoublePredicate isLow) {
    double from = 0;
    double to = 1;
    for (int i = 0; i < 40; i++) {
      double middle = 0.5 * (from + to);
      if (isLow.test(middle)) {
        from = middle;
      } else {
        to = middle;
      }
    }
    return 0.5 * (from + to);
  }
}
