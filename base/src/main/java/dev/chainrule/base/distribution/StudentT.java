package dev.chainrule.base.distribution;

import java.util.random.RandomGenerator;
import org.apache.commons.math3.special.Beta;

/**
 * Student's t distribution, moved and stretched.
 *
 * @param location its centre
 * @param spread what numbers are divided by, less the location: with many degrees of freedom the
 *     standard deviation; above 0
 * @param degrees of freedom, above 0
 */
public record StudentT(double location, double spread, double degrees) implements Distribution {
  /** Beyond, nothing is left of the difference to the normal distribution. */
  private static final double NORMAL = 1e8;

  /** Rejects what is no distribution. */
  public StudentT {
    Inversion.requireFinite("location of a t distribution", location);
    Inversion.requirePositive("spread of a t distribution", spread);
    Inversion.requirePositive("degrees of freedom of a t distribution", degrees);
  }

  @Override
  public Support support() {
    return Support.NUMBERS;
  }

  @Override
  public double logProb(double x) {
    double z = (x - location) / spread;
    return -Beta.logBeta(degrees / 2, 0.5)
        - 0.5 * Math.log(degrees)
        - Math.log(spread)
        - (degrees + 1) / 2 * Math.log1p(z * z / degrees);
  }

  @Override
  public double cdf(double x) {
    return standard((x - location) / spread);
  }

  private double standard(double z) {
    if (degrees > NORMAL) {
      return Gaussian.STANDARD.cdf(z);
    }
    double share = Double.isInfinite(z) ? 0 : degrees / (degrees + z * z);
    double tail = 0.5 * Beta.regularizedBeta(share, degrees / 2, 0.5);
    return z < 0 ? tail : 1 - tail;
  }

  @Override
  public double quantile(double level) {
    Inversion.requireLevel(level);
    if (level == 0 || level == 1) {
      return level == 0 ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    }
    double below = Inversion.below(this::standard, Math.min(level, 1 - level));
    return location + spread * (level < 0.5 ? below : -below);
  }

  @Override
  public double sample(RandomGenerator rng) {
    double chi = Math.sqrt(2 * Variates.gamma(degrees / 2, rng) / degrees);
    return location + spread * rng.nextGaussian() / chi;
  }

  @Override
  public double mean() {
    return degrees > 1 ? location : Double.NaN;
  }

  @Override
  public double variance() {
    if (degrees > 2) {
      return spread * spread * degrees / (degrees - 2);
    }
    return degrees > 1 ? Double.POSITIVE_INFINITY : Double.NaN;
  }
}
