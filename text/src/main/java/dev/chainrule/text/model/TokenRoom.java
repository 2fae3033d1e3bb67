package dev.chainrule.text.model;

/**
 * What every decoder asks of tokens before it is fed them.
 *
 * @param capacity most tokens of a sequence
 * @param vocabSize V, ids are below it
 */
public record TokenRoom(int capacity, int vocabSize) {
  /**
   * Refuses more tokens than there is room for.
   *
   * @param position tokens that the sequence has
   * @throws IllegalStateException if there is none
   */
  public void require(int position, int tokens) {
    if (tokens > capacity - position) {
      throw new IllegalStateException(
          "%d tokens after %d, expected at most the context length %d in all"
              .formatted(tokens, position, capacity));
    }
  }

  /** Refuses what is no token. */
  public void requireToken(int id) {
    if (id < 0 || id >= vocabSize) {
      throw new IllegalArgumentException(
          "token id %d, expected from 0 to %d".formatted(id, vocabSize - 1));
    }
  }
}
