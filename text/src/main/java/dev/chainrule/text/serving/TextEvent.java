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
   * @param message why it failed; empty if it did not
   */
  record Ended(int choice, Ending ending, String text, int reused, String message)
      implements TextEvent {}
}
