package dev.chainrule.text.speculation;

/**
 * What speculation came to.
 *
 * @param tokens that streams were fed one by one
 * @param steps of the model for them
 * @param guessed tokens whose conditionals were computed ahead
 * @param accepted of those, as many as were then drawn
 */
public record Acceptance(long tokens, long steps, long guessed, long accepted) {
  /** What share of the guesses came true; 0 of none. */
  public double share() {
    return guessed == 0 ? 0 : (double) accepted / guessed;
  }

  /** The sum of two. */
  Acceptance plus(Acceptance other) {
    return new Acceptance(
        tokens + other.tokens,
        steps + other.steps,
        guessed + other.guessed,
        accepted + other.accepted);
  }
}
