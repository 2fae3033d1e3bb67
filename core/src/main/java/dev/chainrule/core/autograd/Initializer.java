package dev.chainrule.core.autograd;

import dev.chainrule.core.array.Tensor;
import java.util.random.RandomGenerator;

/** How a parameter begins. */
@FunctionalInterface
public interface Initializer {
  void fill(Tensor parameter, RandomGenerator rng);

  /** The same value everywhere. */
  static Initializer constant(double value) {
    return (parameter, rng) -> parameter.fill(value);
  }

  /** Independent draws from N(0, standardDeviation^2). */
  static Initializer normal(double standardDeviation) {
    return (parameter, rng) -> {
      for (long i = 0; i < parameter.size(); i++) {
        parameter.set(i, standardDeviation * rng.nextGaussian());
      }
    };
  }

  /** Independent draws from the uniform distribution on [-limit, limit). */
  static Initializer uniform(double limit) {
    return (parameter, rng) -> {
      for (long i = 0; i < parameter.size(); i++) {
        parameter.set(i, limit * (2 * rng.nextDouble() - 1));
      }
    };
  }
}
