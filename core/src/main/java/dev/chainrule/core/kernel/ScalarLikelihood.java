package dev.chainrule.core.kernel;

import dev.chainrule.core.array.Tensor;

/**
 * A family of distributions of single numbers, given by the raw outputs of a network. The family
 * maps them into its domain and scales them itself.
 */
public interface ScalarLikelihood {
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
}
