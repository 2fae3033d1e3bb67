package dev.chainrule.text.model;

import java.util.List;

/** What every {@link SlotDecoder} asks of the pieces that it is fed. */
final class SlotPieces {
  private SlotPieces() {}

  /** Refuses pieces that do not fit; returns how many rows of logits they want. */
  static int check(SlotDecoder decoder, List<SlotDecoder.Piece> pieces) {
    TokenRoom room = room(decoder);
    boolean[] seen = new boolean[decoder.slots()];
    int rows = 0;
    int wanted = 0;
    for (SlotDecoder.Piece piece : pieces) {
      int slot = piece.slot();
      if (slot < 0 || slot >= seen.length || seen[slot]) {
        throw new IllegalArgumentException(
            "a piece of slot %d, expected different ones of %d".formatted(slot, seen.length));
      }
      seen[slot] = true;
      room.require(decoder.position(slot), piece.tokens().length);
      for (int id : piece.tokens()) {
        room.requireToken(id);
      }
      rows += piece.tokens().length;
      wanted += piece.wanted();
    }
    if (rows == 0 || rows > decoder.mostRows()) {
      throw new IllegalArgumentException(
          "%d tokens in a step, expected from 1 to %d".formatted(rows, decoder.mostRows()));
    }
    return wanted;
  }

  /** Refuses more tokens than a slot has room for. */
  static void requireRoom(SlotDecoder decoder, int slot, int tokens) {
    room(decoder).require(decoder.position(slot), tokens);
  }

  private static TokenRoom room(SlotDecoder decoder) {
    return new TokenRoom(decoder.capacity(), decoder.vocabSize());
  }

  /** Refuses to cut a slot to what it no longer has. */
  static void checkCut(SlotDecoder decoder, int slot, int position) {
    int fed = decoder.position(slot);
    int earliest = decoder.earliest(slot);
    if (position != 0 && (position < earliest || position > fed)) {
      throw new IllegalArgumentException(
          "slot %d cut to %d tokens, expected 0 or from %d to %d"
              .formatted(slot, position, earliest, fed));
    }
  }
}
