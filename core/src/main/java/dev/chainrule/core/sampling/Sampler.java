package dev.chainrule.core.sampling;

import dev.chainrule.base.distribution.Distribution;
import java.util.function.Function;
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
   *     the sampler has bent the distribution that it drew from; NaN from a sampler that draws
   *     where nobody asks for it
   */
  double sample(float[] parameters, RandomGenerator rng, double[] element);

  /**
   * Draws numbers from the model's distribution as it is.
   *
   * @param meaning of a row of parameters
   */
  static Sampler of(Function<? super float[], ? extends Distribution> meaning) {
    return (parameters, rng, element) -> {
      Distribution distribution = meaning.apply(parameters);
      element[0] = distribution.sample(rng);
      return distribution.logProb(element[0]);
    };
  }

  /** Rejects a temperature that is not from 0, which is greedy, and finite. */
  static void requireTemperature(double temperature) {
    if (!(temperature >= 0 && temperature < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "temperature %s, expected 0 (greedy) or more".formatted(temperature));
    }
  }
}
