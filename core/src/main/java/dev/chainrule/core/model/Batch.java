package dev.chainrule.core.model;

import dev.chainrule.core.array.Tensor;

/**
 * Sequences of equal length to be evaluated together. A modality has its own record, with its
 * conditions beside the elements.
 */
public interface Batch {
  /** The elements [B, T] (int32 for discrete ones), in the order in which they are generated. */
  Tensor elements();

  /** Sequences {@code from} (inclusive) to {@code to} (exclusive), conditions included. */
  Batch slice(int from, int to);

  /** The same conditions with other elements of the same shape and type. */
  Batch withElements(Tensor elements);

  /** Number of sequences. */
  default int size() {
    return elements().dim(0);
  }

  /** Elements in a sequence. */
  default int length() {
    return elements().dim(1);
  }

  /**
   * Elements that are predicted, over which a mean likelihood is taken; fewer where sequences end
   * before others and are filled up.
   *
   * @param given elements at the beginning of each sequence that are not predicted
   */
  default long predicted(int given) {
    return (long) size() * (length() - given);
  }
}
