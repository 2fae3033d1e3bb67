package dev.chainrule.timeseries.likelihood;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.ScalarLikelihood;
import java.util.random.RandomGenerator;

/** A family of distributions of a value of a series. Instances have no state. */
public sealed interface Likelihood extends ScalarLikelihood
    permits Gaussian,
        StudentT,
        NegativeBinomial,
        LogNormal,
        Bernoulli,
        Beta,
        LogisticMixture,
        QuantileSpline {
  /** The names of all families. */
  String NAMES =
      "gaussian, student_t, negative_binomial, lognormal, bernoulli, beta, logistic_mixture or"
          + " quantile_spline";

  /** The name in configurations. */
  String name();

  /**
   * Draws a value from outputs that are a distribution's; who is not sure of that asks {@link
   * #draw}.
   *
   * @param raw where the row of the network's outputs stands
   * @param at its first element
   * @param scale of the series, above 0
   */
  double sample(Tensor raw, long at, double scale, RandomGenerator rng);

  /** The same; NaN where the outputs are no distribution's, or float32 cannot hold the draw. */
  default double draw(Tensor raw, long at, double scale, RandomGenerator rng) {
    if (!isDistribution(raw, at)) {
      return Double.NaN;
    }
    double value = sample(raw, at, scale, rng);
    return Float.isFinite((float) value) ? value : Double.NaN;
  }

  /** Whether a value can occur at all. */
  boolean supports(double value);

  /** What values are possible, for error messages, for instance "whole numbers from 0". */
  String support();

  /** Whether the centre is a real number in units of the scale: the first output. */
  default boolean hasLocation() {
    return true;
  }

  /** What the network's numbers are in units of. */
  default Scaling scaling() {
    return Scaling.MEAN;
  }

  /**
   * The family with this name.
   *
   * @throws IllegalArgumentException if there is none
   */
  static Likelihood of(String name) {
    return switch (name) {
      case "gaussian" -> new Gaussian();
      case "student_t" -> new StudentT();
      case "negative_binomial" -> new NegativeBinomial();
      case "lognormal" -> new LogNormal();
      case "bernoulli" -> new Bernoulli();
      case "beta" -> new Beta();
      case "logistic_mixture" -> new LogisticMixture();
      case "quantile_spline" -> new QuantileSpline();
      default ->
          throw new IllegalArgumentException("likelihood %s, expected %s".formatted(name, NAMES));
    };
  }
}
