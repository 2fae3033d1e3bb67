package dev.chainrule.pixelcnn;

import dev.chainrule.core.kernel.LogisticMixtureRow;
import dev.chainrule.core.sampling.Sampler;
import java.util.random.RandomGenerator;

/**
 * Draws a level from a discretised mixture of logistics with one uniform number: the smallest level
 * whose cumulative probability exceeds it. The level itself is drawn, not a real number beside it,
 * so that what is fed back has the distribution that the likelihood describes. Keeps scratch
 * memory; used by one thread at a time.
 */
final class LogisticMixtureSampler implements Sampler {
  private final int components;
  private final int levels;
  private final double temperature;
  private final LogisticMixtureRow row;
  private final double[] weights;

  /**
   * A sampler.
   *
   * @param temperature divides the mixture's logits and multiplies the scales; 0 takes the mean of
   *     the most probable logistic
   */
  LogisticMixtureSampler(int components, int levels, double temperature) {
    if (!(temperature >= 0 && temperature < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "temperature %s, expected 0 (greedy) or more".formatted(temperature));
    }
    this.components = components;
    this.levels = levels;
    this.temperature = temperature;
    this.row = new LogisticMixtureRow(components, levels, ImageOutput.MIN_LOG_SCALE);
    this.weights = new double[components];
  }

  @Override
  public double sample(float[] parameters, RandomGenerator rng, double[] element) {
    double uniform = rng.nextDouble();
    int best = 0;
    for (int i = 0; i < 3 * components; i++) {
      row.parameters[i] = parameters[i];
      best = i < components && parameters[i] > parameters[best] ? i : best;
    }
    int level = temperature == 0 ? mean(best) : draw(uniform, parameters[best]);
    element[0] = level;
    double logProb = row.logProb(level);
    if (Double.isNaN(logProb)) {
      throw new IllegalArgumentException("parameters of a mixture that are not finite");
    }
    return logProb;
  }

  private int mean(int component) {
    double mean = Math.clamp(row.parameters[components + component], -1, 1);
    return (int) Math.round((mean + 1) / 2 * (levels - 1));
  }

  private int draw(double uniform, double largestLogit) {
    double total = 0;
    for (int k = 0; k < components; k++) {
      weights[k] = Math.exp((row.parameters[k] - largestLogit) / temperature);
      total += weights[k];
    }
    double wanted = uniform * total;
    int low = 0;
    int high = levels - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (massTo(middle) > wanted) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  /** The weight of all levels up to one. */
  private double massTo(int level) {
    double edge = (2.0 * level + 1) / (levels - 1) - 1;
    double mass = 0;
    for (int k = 0; k < components; k++) {
      double scale = row.scale(k) * temperature;
      mass += weights[k] / (1 + Math.exp(-(edge - row.parameters[components + k]) / scale));
    }
    return mass;
  }
}
