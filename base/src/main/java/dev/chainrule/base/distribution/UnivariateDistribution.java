package dev.chainrule.base.distribution;

import java.util.random.RandomGenerator;

/** A family of distributions of single numbers, which have means and quantiles. */
public interface UnivariateDistribution extends Distribution {
  /**
   * The logarithm of the probability, or of the density, of x.
   *
   * @param parameters [P]
   * @return nats; negative infinity where x is impossible
   */
  double logProb(float[] parameters, double x);

  /**
   * Draws a number.
   *
   * @param parameters [P]
   */
  double sample(float[] parameters, RandomGenerator rng);

  /**
   * The expected value.
   *
   * @param parameters [P]
   */
  double mean(float[] parameters);

  /**
   * The smallest x whose cumulative probability is at least the level.
   *
   * @param parameters [P]
   * @param level from 0 to 1
   */
  double quantile(float[] parameters, double level);

  @Override
  default int elementSize() {
    return 1;
  }

  @Override
  default double logProb(float[] parameters, double[] element) {
    return logProb(parameters, element[0]);
  }

  @Override
  default void sample(float[] parameters, RandomGenerator rng, double[] element) {
    element[0] = sample(parameters, rng);
  }
}
