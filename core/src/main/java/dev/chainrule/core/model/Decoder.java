package dev.chainrule.core.model;

import dev.chainrule.core.array.Tensor;

/**
 * Incremental evaluation: the state of a number of streams that are fed one element each. It speaks
 * for a snapshot of the weights, taken when it was made. Elements and conditionals are the host's;
 * feeding allocates nothing. Used by one thread at a time.
 */
public interface Decoder extends AutoCloseable {
  /** Number of streams S. */
  int streams();

  /** Number of elements that a stream has been fed. */
  int position(int stream);

  /** The largest number of elements that a stream can be fed. */
  int capacity();

  /** Forgets the elements of one stream. */
  void reset(int stream);

  /** Forgets all elements. */
  default void reset() {
    for (int s = 0; s < streams(); s++) {
      reset(s);
    }
  }

  /**
   * Makes one stream a copy of another, which has the same conditions: what they are fed from here
   * on may differ.
   */
  void fork(int from, int to);

  /**
   * Feeds every stream s its element number {@code position(s)}.
   *
   * @param elements [S, ...], of the type of the model's batches
   * @throws IllegalStateException if a stream is at its {@link #capacity}; then none was fed
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
    int count = elements.dim(1);
    for (int s = 0; s < streams(); s++) {
      if (count > capacity() - position(s)) {
        throw new IllegalStateException(
            "%d elements after %d, expected at most %d in all"
                .formatted(count, position(s), capacity()));
      }
    }
    Column column = new Column(elements);
    for (int t = 0; t < count; t++) {
      feed(column.at(t));
    }
  }

  /**
   * The parameters of the conditional of each stream's next element.
   *
   * @return [S, P], overwritten by the next {@link #feed}
   * @throws IllegalStateException before the elements that the model must be given are fed
   */
  Tensor conditional();

  @Override
  default void close() {}
}
