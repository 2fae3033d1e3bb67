package dev.chainrule.text.serving;

import dev.chainrule.text.run.Continuation;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** One continuation of a request, waiting or under way. */
final class Sequence {
  static final int NO_SLOT = -1;

  final Ticket ticket;
  final int choice;
  int slot = NO_SLOT;

  /** Tokens of the prompt that were there already. */
  int reused;

  /** Tokens that were computed ahead, and how many of them were drawn then. */
  int guessed;

  int accepted;

  /** Number of the step that read a piece of the prompt last. */
  long lastPiece;

  /** When a token was drawn last, by the clock of {@link System#nanoTime}. */
  long lastToken;

  private int[] tokens;
  private int length;
  private int drawn;
  private @Nullable Continuation continuation;

  Sequence(Ticket ticket, int choice) {
    this.ticket = ticket;
    this.choice = choice;
    tokens = ticket.request.given();
    length = tokens.length;
  }

  /** Tokens of the prompt. */
  int given() {
    return length - drawn;
  }

  /** The prompt, and what was drawn. */
  int[] tokens(int from, int to) {
    return Arrays.copyOfRange(tokens, from, to);
  }

  int length() {
    return length;
  }

  /** How many of the first tokens are those of another text. */
  int common(int[] other, int n) {
    int most = Math.min(n, length);
    int at = Arrays.mismatch(tokens, 0, most, other, 0, most);
    return at < 0 ? most : at;
  }

  /** How many of the first tokens of their prompts two have in common. */
  int common(Sequence other) {
    return common(other.tokens, other.given());
  }

  /** Tokens before the last one that are not yet read. */
  int unread(int position) {
    return length - 1 - position;
  }

  void begin(Continuation with) {
    continuation = with;
  }

  Continuation continuation() {
    Continuation begun = continuation;
    if (begun == null) {
      throw new IllegalStateException("a text that waits has drawn nothing");
    }
    return begun;
  }

  /** Text that is still held back. */
  String rest() {
    return continuation == null ? "" : continuation.finish();
  }

  int drawn() {
    return drawn;
  }

  void append(int id) {
    if (length == tokens.length) {
      tokens = Arrays.copyOf(tokens, length + Math.max(16, length / 2));
    }
    tokens[length++] = id;
    drawn++;
  }
}
