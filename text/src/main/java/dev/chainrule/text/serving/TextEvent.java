package dev.chainrule.text.serving;

import dev.chainrule.text.run.Continuation;

/** What a {@link TextService} tells of a request. */
public sealed interface TextEvent {
  /** Number of the continuation. */
  int choice();

  /** A token was drawn. */
  record Drawn(int choice, Continuation.Token token) implements TextEvent {}

  /**
   * A continuation has ended; the last event of it.
   *
   * @param text what was held back until now
   * @param reused tokens of the prompt that were not computed for it
   * @param guessed tokens that were computed ahead of it
   * @param accepted those of them that were then drawn
   * @param message why it failed; empty if it did not
   */
  record Ended(
      int choice, Ending ending, String text, int reused, int guessed, int accepted, String message)
      implements TextEvent {}
}
