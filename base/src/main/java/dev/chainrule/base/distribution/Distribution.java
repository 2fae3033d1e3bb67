package dev.chainrule.base.distribution;

import java.util.random.RandomGenerator;

/**
 * A family of distributions of one element of a sequence, given the row of parameters that a model
 * puts out for it. An element is one number, or several that one row describes jointly, for
 * instance the three channels of a pixel.
 *
 * <p>Implementations have no state: one instance serves all threads. No method allocates.
 */
public interface Distribution {
  /** Numbers P in a row of parameters. */
  int numParameters();

  /** Numbers D in an element. */
  int elementSize();

  /**
   * The logarithm of the probability, or of the density, of an element.
   *
   * @param parameters [P]
   * @param element [D]
   * @return nats; negative infinity where the element is impossible
   */
  double logProb(float[] parameters, double[] element);

  /**
   * Draws an element.
   *
   * @param parameters [P]
   * @param element [D], written
   */
  void sample(float[] parameters, RandomGenerator rng, double[] element);
}
