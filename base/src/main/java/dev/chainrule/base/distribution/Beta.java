package dev.chainrule.base.distribution;

import java.util.random.RandomGenerator;

/**
 * The beta distribution of shares.
 *
 * @param alpha above 0
 * @param beta above 0
 */
public record Beta(double alpha, double beta) implements Distribution {
  /** Draws keep so far away from 0 and 1, which have no likelihood. */
  private static final double SMALLEST = 1e-12;

  /** Rejects what is no distribution. */
  public Beta {
    Inversion.requirePositive("alpha of a beta distribution", alpha);
    Inversion.requirePositive("beta of a beta distribution", beta);
  }

  @Override
  public Support support() {
    return Support.SHARES;
  }

  @Override
  public double logProb(double x) {
    return support().contains(x)
        ? (alpha - 1) * Math.log(x)
            + (beta - 1) * Math.log1p(-x)
            - org.apache.commons.math3.special.Beta.logBeta(alpha, beta)
        : Double.NEGATIVE_INFINITY;
  }

  @Override
  public double cdf(double x) {
    if (!(x > 0 && x < 1)) {
      return x > 0 ? 1 : 0;
    }
    return org.apache.commons.math3.special.Beta.regularizedBeta(x, alpha, beta);
  }

  @Override
  public double quantile(double level) {
    Inversion.requireLevel(level);
    return level == 0 || level == 1 ? level : Inversion.continuous(this::cdf, level, 0, 1);
  }

  @Override
  public double sample(RandomGenerator rng) {
    double a = Variates.gamma(alpha, rng);
    double b = Variates.gamma(beta, rng);
    double share = a + b > 0 ? a / (a + b) : 0.5;
    return Math.clamp(share, SMALLEST, 1 - SMALLEST);
  }

  @Override
  public double mean() {
    return alpha / (alpha + beta);
  }

  @Override
  public double variance() {
    return mean() * (1 - mean()) / (alpha + beta + 1);
  }
}
