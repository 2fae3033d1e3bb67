package dev.chainrule.text.speculation;

/**
 * Guesses which tokens come next in one stream. Whatever it guesses, what is drawn stays the same;
 * a guess that comes true saves a step of the model. Used by one thread at a time.
 */
public interface Draft extends AutoCloseable {
  /** Forgets the stream. */
  void reset();

  /** Is told the next token of the stream, given or drawn. */
  void feed(int token);

  /**
   * Guesses the tokens after those that it was told.
   *
   * @param drawn how many were drawn before the first one that is guessed
   * @param into where they go
   * @param most at most so many, 1 or more
   * @return how many it dares to guess, 0 or more
   */
  int guess(long drawn, int[] into, int most);

  @Override
  default void close() {}
}
