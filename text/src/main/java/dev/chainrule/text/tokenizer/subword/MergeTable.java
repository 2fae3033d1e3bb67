package dev.chainrule.text.tokenizer.subword;

import java.util.Arrays;

/** For each pair of tokens that is merged: its rank and the token that it becomes. */
final class MergeTable {
  /** What {@link #get} gives for a pair that is not merged. */
  static final long NONE = -1;

  private final long[] keys;
  private final long[] values;
  private final int shift;

  /** With room for this many pairs. */
  MergeTable(int pairs) {
    int bits = 33 - Integer.numberOfLeadingZeros(Math.max(1, pairs));
    keys = new long[1 << bits];
    values = new long[1 << bits];
    shift = Long.SIZE - bits;
    Arrays.fill(keys, NONE);
  }

  static long value(int rank, int id) {
    return ((long) rank << 32) | id;
  }

  /** Adds a pair, or gives it another rank. */
  void put(int left, int right, int rank, int id) {
    long key = ((long) left << 32) | right;
    int slot = slot(key);
    keys[slot] = key;
    values[slot] = value(rank, id);
  }

  /** Rank in the upper and token in the lower half, or {@link #NONE}. */
  long get(int left, int right) {
    if (left < 0 || right < 0) {
      return NONE;
    }
    long key = ((long) left << 32) | right;
    int slot = slot(key);
    return keys[slot] == key ? values[slot] : NONE;
  }

  private int slot(long key) {
    int slot = (int) (((key ^ (key >>> 31)) * 0x9E3779B97F4A7C15L) >>> shift);
    while (keys[slot] != NONE && keys[slot] != key) {
      slot = (slot + 1) & (keys.length - 1);
    }
    return slot;
  }
}
