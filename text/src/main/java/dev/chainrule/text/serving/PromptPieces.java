package dev.chainrule.text.serving;

import dev.chainrule.text.model.SlotDecoder;

/**
 * How a prompt is cut: all but its last token in long pieces where these are {@link
 * SlotDecoder#LONG_PIECE} tokens or more, else in short ones. Where a long piece ends hangs on the
 * prompt alone, since sums are rounded otherwise in pieces of another length: so a prompt comes out
 * to the bit whatever else is read.
 */
final class PromptPieces {
  /** Tokens of a piece, unless what is left after it were too few for another one. */
  static final int LENGTH = 48;

  /** Tokens of the longest piece. */
  static final int MOST = LENGTH + SlotDecoder.LONG_PIECE - 1;

  private PromptPieces() {}

  /** Whether tokens before a prompt's last one are read in long pieces. */
  static boolean isLong(int unread) {
    return unread >= SlotDecoder.LONG_PIECE;
  }

  /**
   * Tokens of the next piece.
   *
   * @param unread before the prompt's last token, enough for a long piece
   */
  static int next(int unread) {
    return unread <= MOST ? unread : LENGTH;
  }
}
