package dev.chainrule.base.distribution;

import java.util.random.RandomGenerator;
import org.apache.commons.math3.special.Erf;

/**
 * The normal distribution.
 *
 * @param mean finite
 * @param deviation its standard deviation, above 0
 */
public record Gaussian(double mean, double deviation) implements Distribution {
  static final Gaussian STANDARD = new Gaussian(0, 1);

  private static final double HALF_LOG_2_PI = 0.5 * Math.log(2 * Math.PI);
  private static final double SQRT_2 = Math.sqrt(2);

  /** Rejects what is no distribution. */
  public Gaussian {
    Inversion.requireFinite("mean of a normal distribution", mean);
    Inversion.requirePositive("deviation of a normal distribution", deviation);
  }

  @Override
  public Support support() {
    return Support.NUMBERS;
  }

  @Override
  public double logProb(double x) {
    double z = (x - mean) / deviation;
    return -HALF_LOG_2_PI - Math.log(deviation) - 0.5 * z * z;
  }

  @Override
  public double cdf(double x) {
    return 0.5 * Erf.erfc((mean - x) / (deviation * SQRT_2));
  }

  @Override
  public double quantile(double level) {
    Inversion.requireLevel(level);
    return mean + deviation * (SQRT_2 * Erf.erfInv(2 * level - 1));
  }

  @Override
  public double sample(RandomGenerator rng) {
    return mean + deviation * rng.nextGaussian();
  }

  @Override
  public double variance() {
    return deviation * deviation;
  }
}
