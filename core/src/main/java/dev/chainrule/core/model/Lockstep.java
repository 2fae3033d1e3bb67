package dev.chainrule.core.model;

import dev.chainrule.core.array.Tensor;

/**
 * Incremental evaluation of streams that are all at the same place: what a network with rows to
 * finish computes best. {@link LockstepDecoder} makes a decoder of it.
 */
public interface Lockstep {
  /** Number of streams S. */
  int streams();

  /** The largest number of elements that the streams can be fed. */
  int capacity();

  /** Forgets all elements. */
  void reset();

  /** Feeds the next element of every stream [S, ...]; at most {@link #capacity} times. */
  void feed(Tensor elements);

  /** The parameters of the conditional of each stream's next element [S, P]. */
  Tensor conditional();
}
