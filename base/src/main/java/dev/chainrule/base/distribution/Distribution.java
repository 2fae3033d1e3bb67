package dev.chainrule.base.distribution;

import java.util.random.RandomGenerator;

/**
 * The distribution of one number: what a model says of the next element of a sequence. How a row of
 * a network's outputs becomes one is the matter of the model's likelihood.
 *
 * <p>Members are values that threads may share, unless they say otherwise. A continuous one has a
 * density, one of {@linkplain Support#whole whole} numbers has probabilities.
 */
public interface Distribution {
  /** The numbers that can occur. */
  Support support();

  /**
   * The logarithm of the probability, or of the density, of x.
   *
   * @return nats; negative infinity where x cannot occur
   */
  double logProb(double x);

  /** The probability of numbers up to x, x included. */
  double cdf(double x);

  /**
   * The smallest number whose cumulative probability exceeds the level, or reaches it at 1: of a
   * level that is drawn uniformly from [0, 1), a draw.
   *
   * @param level from 0 to 1
   * @throws IllegalArgumentException for another level
   */
  double quantile(double level);

  /** Draws a number, with one or several of the generator's. */
  default double sample(RandomGenerator rng) {
    return quantile(rng.nextDouble());
  }

  /** The expected value; NaN where there is none. */
  double mean();

  /** The expected square of the distance from the mean; infinite or NaN where there is none. */
  double variance();
}
