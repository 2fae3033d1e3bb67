package dev.chainrule.base.distribution;

import java.util.random.RandomGenerator;

/**
 * The distribution of {@code centre + scale x}: what a model that sees numbers less a centre, in
 * units of a scale, says of the numbers themselves.
 *
 * @param of the distribution of x, a continuous one
 * @param centre finite
 * @param scale above 0
 */
public record Affine(Distribution of, double centre, double scale) implements Distribution {
  /** Rejects whole numbers, which do not stay whole, and what is no map. */
  public Affine {
    if (of.support().whole()) {
      throw new IllegalArgumentException(
          "a scale of %s, expected a continuous distribution".formatted(of.support()));
    }
    Inversion.requireFinite("centre", centre);
    Inversion.requirePositive("scale", scale);
  }

  @Override
  public Support support() {
    Support inner = of.support();
    return new Support(centre + scale * inner.lowest(), centre + scale * inner.highest(), false);
  }

  private double inner(double x) {
    return (x - centre) / scale;
  }

  @Override
  public double logProb(double x) {
    return of.logProb(inner(x)) - Math.log(scale);
  }

  @Override
  public double cdf(double x) {
    return of.cdf(inner(x));
  }

  @Override
  public double quantile(double level) {
    return centre + scale * of.quantile(level);
  }

  @Override
  public double sample(RandomGenerator rng) {
    return centre + scale * of.sample(rng);
  }

  @Override
  public double mean() {
    return centre + scale * of.mean();
  }

  @Override
  public double variance() {
    return scale * scale * of.variance();
  }
}
