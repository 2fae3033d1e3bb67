package dev.chainrule.core.model;

import dev.chainrule.core.array.Tensor;

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
   * The parameters of the conditional of element number {@link #position} given all elements fed.
   *
   * @return [S, P], overwritten by the next {@link #feed}
   * @throws IllegalStateException before the elements that the model must be given are fed
   */
  Tensor conditional();

  @Override
  default void close() {}
}
