package dev.chainrule.core.kernel;

import dev.chainrule.core.array.Tensor;

/**
 * A family of distributions of single numbers, given by the raw outputs of a network. The family
 * maps them into its domain and scales them itself.
 */
public interface ScalarLikelihood {
  /**
   * Raw outputs beyond this magnitude are no distribution's: the network has diverged. Products of
   * two such numbers overflow float32, while logarithms of them still look like a likelihood.
   */
  double LARGEST_OUTPUT = 1e18;

  /** The family's name, by which an engine knows a kernel of its own for it. */
  String name();

  /** Numbers P in a row of raw outputs. */
  int numParameters();

  /**
   * The negative log-likelihood of one target, and its slopes.
   *
   * @param raw where the row stands
   * @param at its first element in raw, and in slopes
   * @param target finite
   * @param scale of the series, above 0: the network works on values divided by it
   * @param slopes the derivatives by the raw outputs, written
   * @return nats
   */
  double nll(Tensor raw, long at, double target, double scale, Tensor slopes);

  /** Whether a row of raw outputs stands for a distribution: finite, and not beyond all measure. */
  default boolean isDistribution(Tensor raw, long at) {
    for (int i = 0; i < numParameters(); i++) {
      if (!(Math.abs(raw.get(at + i)) <= LARGEST_OUTPUT)) {
        return false;
      }
    }
    return true;
  }
}
