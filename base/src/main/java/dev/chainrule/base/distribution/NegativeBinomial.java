package dev.chainrule.base.distribution;

import java.util.random.RandomGenerator;
import org.apache.commons.math3.special.Beta;

/**
 * The negative binomial distribution of counts, with variance {@code mean + dispersion mean^2}: a
 * Poisson distribution whose mean is drawn from a gamma distribution.
 *
 * @param mean above 0
 * @param dispersion above 0
 */
public record NegativeBinomial(double mean, double dispersion) implements Distribution {
  /** Rejects what is no distribution. */
  public NegativeBinomial {
    Inversion.requirePositive("mean of a negative binomial distribution", mean);
    Inversion.requirePositive("dispersion of a negative binomial distribution", dispersion);
  }

  @Override
  public Support support() {
    return Support.COUNTS;
  }

  @Override
  public double logProb(double x) {
    if (!support().contains(x)) {
      return Double.NEGATIVE_INFINITY;
    }
    double odds = dispersion * mean;
    double shape = 1 / dispersion;
    double none = -shape * Math.log1p(odds);
    // Gamma(x + r) / (x! Gamma(r)) is 1 / (x B(x, r)).
    return x == 0 ? none : none - Math.log(x) - Beta.logBeta(x, shape) - x * Math.log1p(1 / odds);
  }

  @Override
  public double cdf(double x) {
    if (!(x >= 0)) {
      return 0;
    }
    if (x == Double.POSITIVE_INFINITY) {
      return 1;
    }
    double odds = dispersion * mean;
    double shape = 1 / dispersion;
    double k = Math.floor(x) + 1;
    // By the smaller of two shares that add up to one, which is not rounded to a difference.
    return odds > 1
        ? Beta.regularizedBeta(1 / (1 + odds), shape, k)
        : 1 - Beta.regularizedBeta(odds / (1 + odds), k, shape);
  }

  @Override
  public double quantile(double level) {
    Inversion.requireLevel(level);
    double last = Double.POSITIVE_INFINITY;
    return level == 1 ? last : Inversion.whole(this::cdf, level, last);
  }

  @Override
  public double sample(RandomGenerator rng) {
    return Variates.poisson(dispersion * mean * Variates.gamma(1 / dispersion, rng), rng);
  }

  @Override
  public double variance() {
    return mean + dispersion * mean * mean;
  }
}
