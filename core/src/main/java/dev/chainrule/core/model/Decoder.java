package dev.chainrule.core.model;

import dev.chainrule.core.array.Tensor;
import java.lang.foreign.MemorySegment;

/**
 * Incremental evaluation: the state of a number of streams, all at the same position, that are fed
 * one element each. Feeding allocates nothing. Used by one thread at a time.
 */
public interface Decoder extends AutoCloseable {
  /** Number of streams S. */
  int streams();

  /** Number of elements fed so far. */
  int position();

  /** The largest number of elements that can be fed. */
  int capacity();

  /** Forgets all elements. */
  void reset();

  /**
   * Feeds element number {@link #position} of every stream.
   *
   * @param elements [S], of the type of the model's batches
   * @throws IllegalStateException if {@link #capacity} is reached
   */
  void feed(Tensor elements);

  /**
   * Feeds several elements of every stream, with the same outcome, to the bit, as feeding them one
   * after the other; a decoder may do it faster. May allocate.
   *
   * @param elements [S, N, ...], where {@link #feed} takes [S, ...]
   * @throws IllegalStateException if {@link #capacity} would be passed; then nothing was fed
   */
  default void feedAll(Tensor elements) {
    int n = elements.dim(1);
    if (position() > capacity() - n) {
      throw new IllegalStateException(
          "%d elements after %d, expected at most %d in all".formatted(n, position(), capacity()));
    }
    int[] shape = elements.shape();
    int[] one = new int[shape.length - 1];
    one[0] = shape[0];
    System.arraycopy(shape, 2, one, 1, shape.length - 2);
    Tensor next = Tensor.zeros(elements.dtype(), one);
    long bytes = next.segment().byteSize() / shape[0];
    for (int t = 0; t < n; t++) {
      for (int s = 0; s < shape[0]; s++) {
        long from = ((long) s * n + t) * bytes;
        MemorySegment.copy(elements.segment(), from, next.segment(), s * bytes, bytes);
      }
      feed(next);
    }
  }

  /**
   * The parameters of the conditional of element number {@link #position} given all elements fed.
   *
   * @return [S, P], overwritten by the next {@link #feed}
   * @throws IllegalStateException before the elements that the model must be given are fed
   */
  Tensor conditional();

  @Override
  default void close() {}
}
