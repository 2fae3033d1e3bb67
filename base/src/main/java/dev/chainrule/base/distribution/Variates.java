package dev.chainrule.base.distribution;

import java.util.random.RandomGenerator;

/** Random draws that the JDK does not have. */
final class Variates {
  private Variates() {}

  /** Of which each is accepted with a probability above 0.95: they never run out. */
  private static final int MOST_TRIES = 1000;

  /**
   * A gamma variable of scale 1 (Marsaglia and Tsang 2000).
   *
   * @throws IllegalArgumentException for a shape that is not above 0 and finite
   */
  static double gamma(double shape, RandomGenerator rng) {
    Inversion.requirePositive("shape of a gamma variable", shape);
    if (shape < 1) {
      double boost = Math.pow(1 - rng.nextDouble(), 1 / shape);
      return gamma(shape + 1, rng) * boost;
    }
    double d = shape - 1.0 / 3;
    double c = 1 / Math.sqrt(9 * d);
    for (int i = 0; i < MOST_TRIES; i++) {
      double x = rng.nextGaussian();
      double v = 1 + c * x;
      if (v > 0) {
        v = v * v * v;
        double u = 1 - rng.nextDouble();
        if (Math.log(u) < 0.5 * x * x + d - d * v + d * Math.log(v)) {
          return d * v;
        }
      }
    }
    throw new IllegalStateException(
        "gamma variable of shape %s: %d tries were rejected, expected one to be accepted"
            .formatted(shape, MOST_TRIES));
  }

  /**
   * A Poisson variable: by products below 30, above by halving with gamma variables (Devroye).
   *
   * @throws IllegalArgumentException for a mean that is not from 0 and finite
   */
  static double poisson(double mean, RandomGenerator rng) {
    if (mean != 0) {
      Inversion.requirePositive("mean of a Poisson variable", mean);
    }
    double count = 0;
    while (mean > 30) {
      double order = Math.floor(mean / 8 * 7);
      double arrival = gamma(order, rng);
      if (arrival > mean) {
        return count + binomial(order - 1, mean / arrival, rng);
      }
      mean -= arrival;
      count += order;
    }
    double limit = Math.exp(-mean);
    double product = rng.nextDouble();
    while (product > limit) {
      product *= rng.nextDouble();
      count++;
    }
    return count;
  }

  private static double binomial(double n, double p, RandomGenerator rng) {
    double count = 0;
    for (int i = 0; i < n; i++) {
      if (rng.nextDouble() < p) {
        count++;
      }
    }
    return count;
  }
}
