package dev.chainrule.text.serving;

import dev.chainrule.text.model.SlotDecoder;

/**
 * How a prompt is cut: all but its last token in long pieces where these are {@link
 * SlotDecoder#LONG_PIECE} tokens or more, else token by token. So each of its tokens is computed in
 * the same way, and comes out to the bit, however the pieces are cut and whatever else is read.
 */
final class PromptPieces {
  /** Of so many tokens a long piece can be cut off that leaves none or another long one. */
  static final int LEAST = 2 * SlotDecoder.LONG_PIECE;

  private PromptPieces() {}

  /** Whether tokens before a prompt's last one are read in long pieces. */
  static boolean isLong(int unread) {
    return unread >= SlotDecoder.LONG_PIECE;
  }

  /**
   * Tokens of the next piece.
   *
   * @param unread before the prompt's last token, enough for a long piece
   * @param share that is wanted, at most {@code room}
   * @param room most, {@link #LEAST} or more unless all are read
   */
  static int next(int unread, int share, int room) {
    int taken = Math.min(unread, Math.max(share, LEAST));
    int left = unread - taken;
    if (left == 0 || left >= SlotDecoder.LONG_PIECE) {
      return taken;
    }
    return unread <= room ? unread : unread - SlotDecoder.LONG_PIECE;
  }
}
