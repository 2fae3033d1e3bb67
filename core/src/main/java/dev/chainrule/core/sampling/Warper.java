package dev.chainrule.core.sampling;

import java.util.BitSet;
import java.util.List;
import java.util.Map;

/**
 * Bends a distribution over classes before a class is drawn from it. Warpers are applied in the
 * order that the user gives; the order matters, and libraries differ ({@link SamplingStage}).
 *
 * <p>Written once for all: a warper has no state; what came before it finds in the candidates.
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
    requireMass("top-p", p);
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

  /**
   * Locally typical sampling (Meister et al. 2023): keeps the fewest classes of probability p
   * together whose surprise is nearest to the entropy, and those that tie with the last.
   *
   * @param p more than 0, at most 1, which keeps all
   */
  static Warper typical(double p) {
    requireMass("typical-p", p);
    return candidates -> candidates.keepTypical(p);
  }

  /**
   * Keeps classes of at least a probability (Hewitt et al. 2022), and the best.
   *
   * @param epsilon more than 0, less than 1
   */
  static Warper epsilon(double epsilon) {
    requireShare("epsilon", epsilon);
    return candidates -> candidates.keepProbable(epsilon);
  }

  /**
   * Keeps classes of at least a probability that falls with the entropy, {@code min(epsilon,
   * sqrt(epsilon) exp(-H))} (Hewitt et al. 2022), and the best.
   *
   * @param epsilon more than 0, less than 1
   */
  static Warper eta(double epsilon) {
    requireShare("eta", epsilon);
    return candidates ->
        candidates.keepProbable(
            Math.min(epsilon, Math.sqrt(epsilon) * Math.exp(-candidates.entropy())));
  }

  private static void requireMass(String name, double p) {
    if (!(p > 0 && p <= 1)) {
      throw new IllegalArgumentException(
          "%s %s, expected more than 0 and at most 1".formatted(name, p));
    }
  }

  private static void requireShare(String name, double share) {
    if (!(share > 0 && share < 1)) {
      throw new IllegalArgumentException(
          "%s %s, expected more than 0 and less than 1".formatted(name, share));
    }
  }

  /** See {@link Penalties#repetition}. */
  static Warper repetitionPenalty(double penalty) {
    return candidates -> {
      Past past = candidates.past();
      for (int i = 0; i < candidates.size(); i++) {
        if (past.count(candidates.id(i)) > 0) {
          double logit = candidates.plainLogit(i);
          candidates.setPlainLogit(i, logit < 0 ? logit * penalty : logit / penalty);
        }
      }
    };
  }

  /** See {@link Penalties#presence} and {@link Penalties#frequency}. */
  static Warper drawnPenalty(double presence, double frequency) {
    return candidates -> {
      Past past = candidates.past();
      for (int i = 0; i < candidates.size(); i++) {
        int drawn = past.drawn(candidates.id(i));
        if (drawn > 0) {
          candidates.setPlainLogit(i, candidates.plainLogit(i) - presence - drawn * frequency);
        }
      }
    };
  }

  /** See {@link Penalties#noRepeatNgram}. */
  static Warper noRepeatNgram(int n) {
    return candidates -> {
      BitSet repeating = candidates.past().repeating(n);
      if (!repeating.isEmpty()) {
        candidates.removeIf(repeating::get);
      }
    };
  }

  /** See {@link Penalties#badWords}. */
  static Warper badWords(List<List<Integer>> words) {
    List<List<Integer>> copy = List.copyOf(words);
    return candidates -> {
      BitSet completing = candidates.past().completing(copy);
      if (!completing.isEmpty()) {
        candidates.removeIf(completing::get);
      }
    };
  }

  /** See {@link Penalties#bias}. */
  static Warper bias(Map<Integer, Double> bias) {
    Map<Integer, Double> copy = Map.copyOf(bias);
    return candidates -> {
      for (int i = 0; i < candidates.size(); i++) {
        double added = copy.getOrDefault(candidates.id(i), 0.0);
        if (added != 0 && Double.isFinite(added)) {
          candidates.setPlainLogit(i, candidates.plainLogit(i) + added);
        }
      }
      if (copy.containsValue(Double.NEGATIVE_INFINITY)) {
        candidates.removeIf(id -> copy.getOrDefault(id, 0.0) == Double.NEGATIVE_INFINITY);
      }
    };
  }
}
