package dev.chainrule.timeseries.likelihood;

import dev.chainrule.base.distribution.Distribution;
import dev.chainrule.base.distribution.Support;
import dev.chainrule.core.kernel.ScalarLikelihood;
import java.util.random.RandomGenerator;

/**
 * What a row of a network's outputs says of a value of a series: its loss in training, and the
 * {@link Distribution} that forecasts are drawn from. Instances have no state.
 */
public sealed interface Likelihood extends ScalarLikelihood
    permits GaussianLikelihood,
        StudentTLikelihood,
        NegativeBinomialLikelihood,
        LogNormalLikelihood,
        BernoulliLikelihood,
        BetaLikelihood,
        LogisticMixtureLikelihood,
        QuantileSplineLikelihood {
  /** The names of all families. */
  String NAMES =
      "gaussian, student_t, negative_binomial, lognormal, bernoulli, beta, logistic_mixture or"
          + " quantile_spline";

  /** The name in configurations. */
  @Override
  String name();

  /**
   * The distribution that a row stands for; {@link #nll} is that of its {@link
   * Distribution#logProb}, but for the spline, which is trained by a score. Who is not sure that
   * the outputs are those of a distribution asks {@link #draw}.
   *
   * @param row the network's outputs [P], finite
   * @param scale of the series, above 0
   */
  Distribution distribution(float[] row, double scale);

  /**
   * A draw from it; NaN where the outputs are no distribution's, or float32 cannot hold the draw.
   */
  default double draw(float[] row, double scale, RandomGenerator rng) {
    for (float output : row) {
      if (!(Math.abs(output) <= LARGEST_OUTPUT)) {
        return Double.NaN;
      }
    }
    double value = distribution(row, scale).sample(rng);
    return Float.isFinite((float) value) ? value : Double.NaN;
  }

  /** The values that can occur at all. */
  Support support();

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
      case "gaussian" -> new GaussianLikelihood();
      case "student_t" -> new StudentTLikelihood();
      case "negative_binomial" -> new NegativeBinomialLikelihood();
      case "lognormal" -> new LogNormalLikelihood();
      case "bernoulli" -> new BernoulliLikelihood();
      case "beta" -> new BetaLikelihood();
      case "logistic_mixture" -> new LogisticMixtureLikelihood();
      case "quantile_spline" -> new QuantileSplineLikelihood();
      default ->
          throw new IllegalArgumentException("likelihood %s, expected %s".formatted(name, NAMES));
    };
  }
}
