package dev.chainrule.text.tokenizer.subword;

import org.jspecify.annotations.Nullable;

/**
 * The tokens of pieces that were met lately. A fixed number of places, each of which holds the last
 * piece of its hash; entries are immutable, so that threads may share it without a lock.
 */
final class PieceCache {
  private static final int PLACES = 1 << 15;
  private static final int LONGEST = 48;

  private final @Nullable Entry[] entries = new @Nullable Entry[PLACES];

  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record Entry(String piece, int[] ids) {}

  int @Nullable [] find(String text, int from, int to) {
    if (to - from > LONGEST) {
      return null;
    }
    Entry entry = entries[place(text, from, to)];
    boolean same =
        entry != null && entry.piece.length() == to - from && text.startsWith(entry.piece, from);
    return same ? entry.ids : null;
  }

  void put(String text, int from, int to, int[] ids) {
    if (to - from <= LONGEST) {
      entries[place(text, from, to)] = new Entry(text.substring(from, to), ids);
    }
  }

  private static int place(String text, int from, int to) {
    int hash = 0;
    for (int i = from; i < to; i++) {
      hash = 31 * hash + text.charAt(i);
    }
    return (hash * 0x9E3779B1) >>> (Integer.SIZE - 15);
  }
}
