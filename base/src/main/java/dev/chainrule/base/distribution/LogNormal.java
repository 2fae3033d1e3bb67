package dev.chainrule.base.distribution;

import java.util.random.RandomGenerator;

/**
 * The lognormal distribution of positive numbers.
 *
 * @param median above 0
 * @param deviation standard deviation of the logarithm, above 0
 */
public record LogNormal(double median, double deviation) implements Distribution {
  /** Rejects what is no distribution. */
  public LogNormal {
    Inversion.requirePositive("median of a lognormal distribution", median);
    Inversion.requirePositive("deviation of a lognormal distribution", deviation);
  }

  @Override
  public Support support() {
    return Support.POSITIVE;
  }

  private double standard(double x) {
    return Math.log(x / median) / deviation;
  }

  @Override
  public double logProb(double x) {
    return support().contains(x)
        ? Gaussian.STANDARD.logProb(standard(x)) - Math.log(deviation * x)
        : Double.NEGATIVE_INFINITY;
  }

  @Override
  public double cdf(double x) {
    return x > 0 ? Gaussian.STANDARD.cdf(standard(x)) : 0;
  }

  @Override
  public double quantile(double level) {
    return median * Math.exp(deviation * Gaussian.STANDARD.quantile(level));
  }

  @Override
  public double sample(RandomGenerator rng) {
    return median * Math.exp(deviation * rng.nextGaussian());
  }

  @Override
  public double mean() {
    return median * Math.exp(deviation * deviation / 2);
  }

  @Override
  public double variance() {
    return mean() * mean() * Math.expm1(deviation * deviation);
  }
}
