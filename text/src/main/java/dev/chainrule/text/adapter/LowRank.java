package dev.chainrule.text.adapter;

import java.util.List;

/**
 * The shape of low-rank adapters (Hu et al. 2021, "LoRA").
 *
 * @param rank R of the change of each matrix
 * @param alpha by alpha / R the change is multiplied, so that learning rates need not follow the
 *     rank
 * @param targets parts of names of the matrices that change, such as {@code q}: {@code
 *     layers.3.q.weight} has the parts layers, 3, q and weight
 */
public record LowRank(int rank, double alpha, List<String> targets) {
  /** Queries and values, as the paper has it; in a GPT both are rows of {@code c_attn}. */
  public static final List<String> USUAL_TARGETS = List.of("q", "v", "c_attn");

  public LowRank {
    targets = List.copyOf(targets);
    if (rank < 1) {
      throw new IllegalArgumentException("lora rank %d, expected 1 or more".formatted(rank));
    }
    if (!(alpha > 0 && alpha <= Float.MAX_VALUE)) {
      throw new IllegalArgumentException("lora alpha %s, expected above 0".formatted(alpha));
    }
    if (targets.isEmpty()) {
      throw new IllegalArgumentException("no lora targets, expected parts of names of matrices");
    }
  }

  /** With the usual targets, and alpha twice the rank. */
  public static LowRank of(int rank) {
    return new LowRank(rank, 2.0 * rank, USUAL_TARGETS);
  }

  /** What the change is multiplied by. */
  double scale() {
    return alpha / rank;
  }

  /** Whether a matrix of this name changes. */
  boolean changes(String name) {
    return List.of(name.split("\\.")).stream().anyMatch(targets::contains);
  }
}
