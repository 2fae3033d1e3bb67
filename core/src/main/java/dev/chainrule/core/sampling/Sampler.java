package dev.chainrule.core.sampling;

import dev.chainrule.base.distribution.Distribution;
import java.util.random.RandomGenerator;

/** Chooses the next element of a sequence from the parameters of its conditional. */
@FunctionalInterface
public interface Sampler {
  /**
   * Draws an element.
   *
   * @param parameters [P], the model's own; not changed
   * @param rng where random numbers come from
   * @param element [D], written
   * @return log-probability or log-density of the element in nats <em>under the model</em>, however
   *     the sampler has bent the distribution that it drew from
   */
  double sample(float[] parameters, RandomGenerator rng, double[] element);

  /** Draws from the model's distribution as it is. */
  static Sampler of(Distribution distribution) {
    return (parameters, rng, element) -> {
      distribution.sample(parameters, rng, element);
      return distribution.logProb(parameters, element);
    };
  }
}
