package dev.chainrule.text.model;

import java.util.ArrayList;
import java.util.List;

/**
 * How a prompt is cut, wherever it is read: all but its last token in long pieces where these are
 * {@link SlotDecoder#LONG_PIECE} tokens or more, the rest in short ones. Where a long piece ends
 * hangs on the prompt alone, since sums are rounded otherwise in pieces of another length: so a
 * prompt comes out to the bit whatever else is read; and as its last token is in no long piece,
 * also where all before it was read earlier.
 *
 * @param length tokens of a long piece, unless what is left after it were too few for another one
 */
public record PromptPieces(int length) {
  /** By how many tokens a piece may be longer. */
  private static final int MORE = SlotDecoder.LONG_PIECE - 1;

  /**
   * Pieces of at most so many tokens.
   *
   * @param most 31 or more
   */
  public static PromptPieces of(int most) {
    int whole = (most - MORE) / SlotDecoder.LONG_PIECE * SlotDecoder.LONG_PIECE;
    return new PromptPieces(Math.max(SlotDecoder.LONG_PIECE, whole));
  }

  /** Whether tokens before a prompt's last one are read in long pieces. */
  public static boolean isLong(int unread) {
    return unread >= SlotDecoder.LONG_PIECE;
  }

  /** Tokens of the longest piece. */
  public int most() {
    return length + MORE;
  }

  /**
   * Tokens of the next piece.
   *
   * @param unread before the prompt's last token, enough for a long piece
   */
  public int next(int unread) {
    return unread <= most() ? unread : length;
  }

  /**
   * The lengths of all pieces of a prompt, in their order.
   *
   * @param tokens 1 or more
   */
  public List<Integer> cut(int tokens) {
    List<Integer> pieces = new ArrayList<>();
    int unread = tokens - 1;
    while (isLong(unread)) {
      pieces.add(next(unread));
      unread -= next(unread);
    }
    int left = unread + 1;
    if (left > MORE) {
      pieces.add(MORE);
      left -= MORE;
    }
    pieces.add(left);
    return pieces;
  }
}
