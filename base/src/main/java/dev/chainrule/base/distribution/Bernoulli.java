package dev.chainrule.base.distribution;

import java.util.random.RandomGenerator;

/**
 * Zero or one.
 *
 * @param probability of one, from 0 to 1
 */
public record Bernoulli(double probability) implements Distribution {
  private static final Support SUPPORT = Support.classes(2);

  /** Rejects what is no distribution. */
  public Bernoulli {
    if (!(probability >= 0 && probability <= 1)) {
      throw new IllegalArgumentException(
          "probability %s, expected from 0 to 1".formatted(probability));
    }
  }

  @Override
  public Support support() {
    return SUPPORT;
  }

  @Override
  public double logProb(double x) {
    if (!support().contains(x)) {
      return Double.NEGATIVE_INFINITY;
    }
    return x == 1 ? Math.log(probability) : Math.log1p(-probability);
  }

  @Override
  public double cdf(double x) {
    if (!(x >= 0)) {
      return 0;
    }
    return x >= 1 ? 1 : 1 - probability;
  }

  @Override
  public double quantile(double level) {
    Inversion.requireLevel(level);
    return probability == 0 || level < 1 - probability ? 0 : 1;
  }

  /** One where the number drawn is below its probability. */
  @Override
  public double sample(RandomGenerator rng) {
    return rng.nextDouble() < probability ? 1 : 0;
  }

  @Override
  public double mean() {
    return probability;
  }

  @Override
  public double variance() {
    return probability * (1 - probability);
  }
}
