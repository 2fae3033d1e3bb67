package dev.chainrule.wavenet;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.model.Batch;

/**
 * Clips of equal length.
 *
 * @param elements codes [B, T], int32; a negative one is silence that is not predicted, at the end
 *     of a clip shorter than the others
 * @param conditions of the clips
 */
public record WaveBatch(Tensor elements, Conditions conditions) implements Batch {
  public WaveBatch {
    if (elements.dtype() != DType.INT32 || elements.rank() != 2) {
      throw new IllegalArgumentException(
          "codes %s, expected int32 of shape [batch, time]".formatted(elements));
    }
  }

  /** Clips of so many samples that are yet to be drawn. */
  public static WaveBatch room(int clips, Conditions conditions, int samples) {
    return new WaveBatch(Tensor.zeros(DType.INT32, clips, samples), conditions);
  }

  @Override
  public WaveBatch slice(int from, int to) {
    return new WaveBatch(elements.slice(from, to), conditions.slice(from, to));
  }

  /** Codes that are not silence after the end of a clip. */
  @Override
  public long predicted(int given) {
    long count = 0;
    for (long i = 0; i < elements.size(); i++) {
      count += i % length() >= given && elements.getInt(i) >= 0 ? 1 : 0;
    }
    return count;
  }

  @Override
  public WaveBatch withElements(Tensor other) {
    return new WaveBatch(other, conditions);
  }
}
