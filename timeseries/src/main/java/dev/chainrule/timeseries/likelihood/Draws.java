package dev.chainrule.timeseries.likelihood;

import java.util.random.RandomGenerator;

/** Random draws that the JDK does not have. */
final class Draws {
  private Draws() {}

  /** A gamma variable of scale 1 (Marsaglia and Tsang 2000). */
  static double gamma(double shape, RandomGenerator rng) {
    if (shape < 1) {
      double boost = Math.pow(1 - rng.nextDouble(), 1 / shape);
      return gamma(shape + 1, rng) * boost;
    }
    double d = shape - 1.0 / 3;
    double c = 1 / Math.sqrt(9 * d);
    while (true) {
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
  }

  /** A Poisson variable: by products below 30, above by halving with gamma variables (Devroye). */
  static double poisson(double mean, RandomGenerator rng) {
    double count = 0;
    while (mean > 30) {
      double order = Math.floor(mean * 7 / 8);
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
