package dev.chainrule.base.distribution;

import java.util.function.DoubleUnaryOperator;
import java.util.random.RandomGenerator;

/**
 * A mixture of logistic distributions, discretised to whole numbers v from 0 as Salimans et al.
 * 2017 do: each has the mass between the edges halfway to its neighbours, the first all below, the
 * last, if there is one, all above.
 *
 * <p>In place of the paper's branches for thin bins the mass of a bin is computed exactly, by
 * {@code ln(sigma(p) - sigma(m)) = -softplus(-p) - softplus(m) + ln(1 - e^-(p-m))} for its edges p
 * and m, so that the masses sum to one for any scale, at 65,536 levels too.
 *
 * <p>Holds one mixture at a time, {@linkplain #set set} as often as wanted: who draws millions
 * allocates nothing. Used by one thread at a time.
 */
public final class DiscretizedLogisticMixture implements Distribution {
  /** Uniform numbers are kept so far from 0 and 1 that logistic ones stay finite. */
  private static final double EDGE = 1e-12;

  /** From here on a logistic has no mass that doubles can show. */
  private static final double REACH = 40;

  /** Scales, in bins, up to which moments are summed bin by bin. */
  private static final double NARROW = 1000;

  /** Number v stands at {@code span v / divisor + first}. */
  private final double span;

  private final double divisor;
  private final double first;
  private final double last;
  private final double halfBin;
  private final double[] logits;
  private final double[] weights;
  private final double[] means;
  private final double[] scales;
  private final double[] inverses;
  private final double[] terms;
  private final DoubleUnaryOperator weightTo = this::weightTo;
  private double total;

  private DiscretizedLogisticMixture(
      int components, double span, double divisor, double first, double last) {
    if (components < 1) {
      throw new IllegalArgumentException(
          "%d components of a mixture, expected 1 or more".formatted(components));
    }
    this.span = span;
    this.divisor = divisor;
    this.first = first;
    this.last = last;
    halfBin = span / 2 / divisor;
    logits = new double[components];
    weights = new double[components];
    means = new double[components];
    scales = new double[components];
    inverses = new double[components];
    terms = new double[components];
  }

  /**
   * Of levels 0 to Q - 1, where level v stands at {@code 2v/(Q-1) - 1}: means and scales are in
   * units of half the range.
   *
   * @param components M
   * @param levels Q, at least 2
   */
  public static DiscretizedLogisticMixture levels(int components, int levels) {
    if (levels < 2) {
      throw new IllegalArgumentException("%d levels, expected 2 or more".formatted(levels));
    }
    return new DiscretizedLogisticMixture(components, 2, levels - 1.0, -1, levels - 1.0);
  }

  /**
   * Of counts without an end: means and scales are counts too.
   *
   * @param components M
   */
  public static DiscretizedLogisticMixture counts(int components) {
    return new DiscretizedLogisticMixture(components, 1, 1, 0, Double.POSITIVE_INFINITY);
  }

  /**
   * Sets the mixture that a row of a network's outputs stands for.
   *
   * @param row M logits, M means, M log-scales
   * @param minLogScale log-scales below it count as it
   * @param temperature divides logits and multiplies scales; above 0, 1 for the mixture as it is
   */
  public void set(float[] row, double minLogScale, double temperature) {
    int components = logits.length;
    double largest = Double.NEGATIVE_INFINITY;
    for (int k = 0; k < components; k++) {
      largest = Math.max(largest, row[k]);
    }
    total = 0;
    for (int k = 0; k < components; k++) {
      double inverse = Math.exp(-Math.max(row[2 * components + k], minLogScale));
      put(k, row[k] / temperature, row[components + k], 1 / inverse * temperature);
      inverses[k] = inverse / temperature;
      weights[k] = Math.exp((row[k] - largest) / temperature);
      total += weights[k];
    }
  }

  /**
   * Sets a mixture.
   *
   * @param newLogits [M]
   * @param newMeans [M]
   * @param newScales [M], above 0
   */
  public void set(double[] newLogits, double[] newMeans, double[] newScales) {
    double largest = Double.NEGATIVE_INFINITY;
    for (double logit : newLogits) {
      largest = Math.max(largest, logit);
    }
    total = 0;
    for (int k = 0; k < logits.length; k++) {
      put(k, newLogits[k], newMeans[k], newScales[k]);
      inverses[k] = 1 / newScales[k];
      weights[k] = Math.exp(newLogits[k] - largest);
      total += weights[k];
    }
  }

  private void put(int k, double logit, double mean, double scale) {
    logits[k] = logit;
    means[k] = mean;
    scales[k] = scale;
  }

  @Override
  public Support support() {
    return new Support(0, last, true);
  }

  @Override
  public double logProb(double x) {
    if (!(x >= 0 && x <= last && x == Math.rint(x)) || x == Double.POSITIVE_INFINITY) {
      return Double.NEGATIVE_INFINITY;
    }
    for (int k = 0; k < logits.length; k++) {
      terms[k] = logits[k] + logMass(x, k);
    }
    return logSumExp(terms) - logSumExp(logits);
  }

  private double logMass(double v, int k) {
    double inverse = inverses[k];
    double centre = span * v / divisor + first - means[k];
    double p = (centre + halfBin) * inverse;
    double m = (centre - halfBin) * inverse;
    // ln(1 + e^-p) and ln(1 + e^m), the powers taken of what is not positive, share a logarithm.
    double mass = 1;
    double far = 0;
    if (v < last) {
      mass /= 1 + Math.exp(-Math.abs(p));
      far += Math.max(-p, 0);
    }
    if (v > 0) {
      mass /= 1 + Math.exp(-Math.abs(m));
      far += Math.max(m, 0);
    }
    if (v > 0 && v < last) {
      mass *= oneMinusExp(2 * halfBin * inverse);
    }
    return Math.log(mass) - far;
  }

  /** {@code 1 - e^-x} for x from 0, to 12 digits: {@link Math#expm1} is many times slower. */
  private static double oneMinusExp(double x) {
    return x < 1e-4 ? x * (1 - x / 2 + x * x / 6) : 1 - Math.exp(-x);
  }

  private static double logSumExp(double[] x) {
    double max = Double.NEGATIVE_INFINITY;
    for (double value : x) {
      max = Math.max(max, value);
    }
    double sum = 0;
    for (double value : x) {
      sum += Math.exp(value - max);
    }
    return max + Math.log(sum);
  }

  @Override
  public double cdf(double x) {
    if (!(x >= 0)) {
      return 0;
    }
    return x >= last ? 1 : weightTo(Math.floor(x)) / total;
  }

  /** The weight of all numbers up to one. */
  private double weightTo(double v) {
    double edge = (span * v + span / 2) / divisor + first;
    double weight = 0;
    for (int k = 0; k < weights.length; k++) {
      weight += weights[k] / (1 + Math.exp(-(edge - means[k]) / scales[k]));
    }
    return weight;
  }

  /** By halving: one uniform number makes a draw whose neighbours are its neighbours. */
  @Override
  public double quantile(double level) {
    Inversion.requireLevel(level);
    return Inversion.whole(weightTo, level * total, last);
  }

  /**
   * Draws with two uniform numbers, one for the component and one for its logistic: faster than a
   * {@link #quantile} of one.
   */
  @Override
  public double sample(RandomGenerator rng) {
    double rest = rng.nextDouble() * total;
    int chosen = 0;
    while (chosen < weights.length - 1 && rest >= weights[chosen]) {
      rest -= weights[chosen];
      chosen++;
    }
    double u = Math.clamp(rng.nextDouble(), EDGE, 1 - EDGE);
    double logistic = Math.log(u) - Math.log1p(-u);
    return Math.clamp(Math.rint(place(means[chosen] + scales[chosen] * logistic)), 0, last);
  }

  /** Where a number lies among the whole ones. */
  private double place(double x) {
    return (x - first) * divisor / span;
  }

  /** The number nearest to the mean of the most probable logistic, the first of several. */
  public double centre() {
    int best = 0;
    for (int k = 1; k < logits.length; k++) {
      best = logits[k] > logits[best] ? k : best;
    }
    return Math.clamp(Math.floor(place(means[best]) + 0.5), 0, last);
  }

  @Override
  public double mean() {
    return moment(false);
  }

  @Override
  public double variance() {
    double mean = moment(false);
    return moment(true) - mean * mean;
  }

  /** The expected number, or its square: a sum of the probabilities that it is above each edge. */
  private double moment(boolean squared) {
    double sum = 0;
    for (int k = 0; k < weights.length; k++) {
      double mean = place(means[k]);
      double scale = scales[k] * divisor / span;
      // Where a logistic is wide, one number does for several.
      double stride = last < Double.POSITIVE_INFINITY ? 1 : Math.max(1, Math.ceil(scale / NARROW));
      double full = Math.max(0, Math.floor((Math.min(mean, last) - REACH * scale) / stride));
      double from = Math.min(full * stride, last);
      double part = squared ? from * from : from;
      double to = Math.min(last, mean + REACH * scale);
      for (double v = from; v < to; v += stride) {
        double edge = v + stride / 2;
        double above = 1 / (1 + Math.exp((edge - mean) / scale));
        part += stride * (squared ? 2 * edge : 1) * above;
      }
      sum += weights[k] * part;
    }
    return sum / total;
  }
}
