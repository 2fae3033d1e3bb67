package dev.chainrule.text.serving;

import dev.chainrule.text.model.SlotDecoder;

/**
 * How a prompt is cut: all but its last token in long pieces where these are {@link
 * SlotDecoder#LONG_PIECE} tokens or more, else in short ones. Where a long piece ends hangs on the
 * prompt alone, since sums are rounded otherwise in pieces of another length: so a prompt comes out
 * to the bit whatever else is read.
 *
 * @param length tokens of a piece, unless what is left after it were too few for another one
 */
record PromptPieces(int length) {
  /** By how many tokens a piece may be longer. */
  private static final int MORE = SlotDecoder.LONG_PIECE - 1;

  /** As long as a decoder computes them best, and at most so many tokens. */
  static PromptPieces of(SlotDecoder decoder, int promptTokens) {
    int most = Math.min(promptTokens, Math.min(decoder.promptPiece(), decoder.mostRows()));
    int whole = (most - MORE) / SlotDecoder.LONG_PIECE * SlotDecoder.LONG_PIECE;
    return new PromptPieces(Math.max(SlotDecoder.LONG_PIECE, whole));
  }

  /** Whether tokens before a prompt's last one are read in long pieces. */
  static boolean isLong(int unread) {
    return unread >= SlotDecoder.LONG_PIECE;
  }

  /** Tokens of the longest piece. */
  int most() {
    return length + MORE;
  }

  /**
   * Tokens of the next piece.
   *
   * @param unread before the prompt's last token, enough for a long piece
   */
  int next(int unread) {
    return unread <= most() ? unread : length;
  }
}
