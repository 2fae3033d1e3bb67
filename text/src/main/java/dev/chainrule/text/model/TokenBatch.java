package dev.chainrule.text.model;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.model.Batch;

/**
 * Token sequences.
 *
 * @param elements token ids [B, T], int32
 */
public record TokenBatch(Tensor elements) implements Batch {
  public TokenBatch {
    if (elements.dtype() != DType.INT32 || elements.rank() != 2) {
      throw new IllegalArgumentException(
          "tokens %s, expected int32 of shape [batch, time]".formatted(elements));
    }
  }

  @Override
  public TokenBatch slice(int from, int to) {
    return new TokenBatch(elements.slice(from, to));
  }

  @Override
  public TokenBatch withElements(Tensor other) {
    return new TokenBatch(other);
  }

  /** The tokens that others are predicted from, all but the last, int32 [B, T - 1]. */
  public Tensor inputs(Tape tape) {
    return columns(tape, 0);
  }

  /** The tokens that are predicted, all but the first, int32 [B, T - 1]. */
  public Tensor targets(Tape tape) {
    return columns(tape, 1);
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
