package dev.chainrule.core.sampling;

import dev.chainrule.base.distribution.DiscretizedLogisticMixture;
import java.util.random.RandomGenerator;

/**
 * Draws levels from a {@link DiscretizedLogisticMixture} with one uniform number each: the smallest
 * level whose cumulative probability exceeds it. The level itself is drawn, not a real number
 * beside it, so that what is fed back has the distribution that the likelihood describes. Allocates
 * nothing; used by one thread at a time.
 */
public final class LogisticMixtureSampler implements Sampler {
  private final DiscretizedLogisticMixture model;
  private final DiscretizedLogisticMixture bent;
  private final double minLogScale;
  private final double temperature;

  /**
   * A sampler of rows of M logits, M means and M log-scales.
   *
   * @param components M
   * @param levels Q
   * @param minLogScale log-scales below it count as it
   * @param temperature divides logits and multiplies scales; 0 takes the level nearest to the mean
   *     of the most probable logistic
   */
  public LogisticMixtureSampler(
      int components, int levels, double minLogScale, double temperature) {
    Sampler.requireTemperature(temperature);
    this.minLogScale = minLogScale;
    this.temperature = temperature;
    model = DiscretizedLogisticMixture.levels(components, levels);
    boolean same = temperature == 0 || temperature == 1;
    bent = same ? model : DiscretizedLogisticMixture.levels(components, levels);
  }

  /**
   * Draws a level. Exactly one number is taken from the generator, greedy or not.
   *
   * @throws IllegalArgumentException if the parameters are not finite
   */
  @Override
  public double sample(float[] parameters, RandomGenerator rng, double[] element) {
    double uniform = rng.nextDouble();
    model.set(parameters, minLogScale, 1);
    if (bent != model) {
      bent.set(parameters, minLogScale, temperature);
    }
    element[0] = temperature == 0 ? model.centre() : bent.quantile(uniform);
    double logProb = model.logProb(element[0]);
    if (Double.isNaN(logProb)) {
      throw new IllegalArgumentException("parameters of a mixture that are not finite");
    }
    return logProb;
  }
}
