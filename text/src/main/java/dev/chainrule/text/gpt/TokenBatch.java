package dev.chainrule.text.gpt;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
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
}
