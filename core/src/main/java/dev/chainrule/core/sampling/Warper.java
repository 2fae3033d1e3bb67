package dev.chainrule.core.sampling;

/**
 * Bends a distribution over classes before a class is drawn from it. Warpers are applied in the
 * order that the user gives; the order matters, and libraries differ: Hugging Face has temperature,
 * top-k, top-p, min-p; llama.cpp has temperature last.
 *
 * <p>Written once for all: a warper has no state and allocates nothing.
 */
@FunctionalInterface
public interface Warper {
  /** Changes logits or removes classes; at least one stays. */
  void warp(Candidates candidates);

  /**
   * Divides logits by the temperature; at 0 only the most probable class stays (the first of
   * several), as with {@link #greedy}.
   *
   * @param temperature 0 or more
   */
  static Warper temperature(double temperature) {
    Sampler.requireTemperature(temperature);
    return temperature == 0 ? greedy() : candidates -> candidates.divide(temperature);
  }

  /** Keeps the most probable class; the first of several. */
  static Warper greedy() {
    return Candidates::keepBest;
  }

  /**
   * Keeps the k most probable classes, and those that tie with the k-th (as Hugging Face and
   * nanoGPT do), so that the result does not hang on the order of classes.
   *
   * @param k 1 or more; more than there are classes keeps all
   */
  static Warper topK(int k) {
    if (k < 1) {
      throw new IllegalArgumentException("top-k %d, expected 1 or more".formatted(k));
    }
    return candidates -> candidates.keepLargest(k);
  }

  /**
   * Nucleus sampling (Holtzman et al. 2020): keeps the smallest set of most probable classes whose
   * probability is at least p, the class that reaches p included. Of equally probable ones those of
   * lower number come first.
   *
   * @param p more than 0, at most 1, which keeps all
   */
  static Warper topP(double p) {
    if (!(p > 0 && p <= 1)) {
      throw new IllegalArgumentException(
          "top-p %s, expected more than 0 and at most 1".formatted(p));
    }
    return candidates -> candidates.keepMass(p);
  }

  /**
   * Keeps classes at least {@code minP} times as probable as the most probable one (Nguyen et al.
   * 2024).
   *
   * @param minP from 0, which keeps all, to 1
   */
  static Warper minP(double minP) {
    if (!(minP >= 0 && minP <= 1)) {
      throw new IllegalArgumentException("min-p %s, expected from 0 to 1".formatted(minP));
    }
    double distance = Math.log(minP);
    return candidates -> candidates.keepWithin(distance);
  }
}
