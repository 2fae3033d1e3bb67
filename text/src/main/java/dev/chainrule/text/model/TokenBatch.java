package dev.chainrule.text.model;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.model.Batch;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Token sequences.
 *
 * @param elements token ids [B, T], int32
 * @param learnt int32 [B, T], 1 where a token is to be predicted and counts, 0 where it is only
 *     given, such as a question whose answer is learnt; null where all tokens count
 */
public record TokenBatch(Tensor elements, @Nullable Tensor learnt) implements Batch {
  /** The target that no likelihood is asked of. */
  private static final int NOT_OBSERVED = -1;

  public TokenBatch {
    if (elements.dtype() != DType.INT32 || elements.rank() != 2) {
      throw new IllegalArgumentException(
          "tokens %s, expected int32 of shape [batch, time]".formatted(elements));
    }
    if (learnt != null && (learnt.dtype() != DType.INT32 || !learnt.hasShape(elements.shape()))) {
      throw new IllegalArgumentException(
          "learnt %s of tokens %s, expected int32 of the same shape".formatted(learnt, elements));
    }
  }

  /** Sequences of which every token counts. */
  public TokenBatch(Tensor elements) {
    this(elements, null);
  }

  @Override
  public TokenBatch slice(int from, int to) {
    return new TokenBatch(elements.slice(from, to), learnt == null ? null : learnt.slice(from, to));
  }

  @Override
  public TokenBatch withElements(Tensor other) {
    return new TokenBatch(other, learnt);
  }

  /** Tokens that are predicted and count, the first {@code given} of each sequence left out. */
  @Override
  public long predicted(int given) {
    if (learnt == null) {
      return Batch.super.predicted(given);
    }
    return Arrays.stream(predictedOf(given)).sum();
  }

  /** As {@link #predicted}, of each sequence [B]. */
  public long[] predictedOf(int given) {
    long[] counts = new long[size()];
    for (int b = 0; b < size(); b++) {
      for (int t = given; t < length(); t++) {
        counts[b] += learnt == null ? 1 : learnt.getInt((long) b * length() + t);
      }
    }
    return counts;
  }

  /** The tokens that others are predicted from, all but the last, int32 [B, T - 1]. */
  public Tensor inputs(Tape tape) {
    return columns(tape, 0);
  }

  /**
   * The tokens that are predicted, all but the first, int32 [B, T - 1]; negative where one does not
   * count, so that its likelihood is 0 nats and has no gradient.
   */
  public Tensor targets(Tape tape) {
    Tensor targets = columns(tape, 1);
    Tensor counts = learnt;
    if (counts != null) {
      int count = length() - 1;
      for (int b = 0; b < size(); b++) {
        for (int t = 0; t < count; t++) {
          if (counts.getInt((long) b * length() + t + 1) == 0) {
            targets.set((long) b * count + t, NOT_OBSERVED);
          }
        }
      }
    }
    return targets;
  }

  private Tensor columns(Tape tape, int from) {
    int count = length() - 1;
    Tensor part = tape.integers(size(), count);
    for (int b = 0; b < size(); b++) {
      part.copyFrom((long) b * count, elements, (long) b * length() + from, count);
    }
    return part;
  }
}
