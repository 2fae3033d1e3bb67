package dev.chainrule.core.data;

import dev.chainrule.core.array.Tensor;
import java.util.Objects;

/** A long row of token ids, in memory or in a file. Safe for use by several threads. */
public interface TokenSequence {
  /** Number of tokens. */
  long length();

  /** Token {@code i}, from 0. */
  int get(long i);

  /**
   * Copies {@code count} tokens from {@code from} on.
   *
   * @param target int32
   * @param at place of the first in the target, in row-major order
   * @throws IndexOutOfBoundsException if the sequence or the target is too short
   */
  void copyTo(long from, int count, Tensor target, long at);

  /** The tokens {@code from} (inclusive) to {@code to} (exclusive), sharing the memory. */
  default TokenSequence range(long from, long to) {
    return new TokenRange(this, from, to);
  }

  /** Ids in memory, not copied. */
  static TokenSequence of(int... ids) {
    return new TokenArray(ids);
  }

  /** The largest id, -1 if there are no tokens; reads all of them. */
  default int maxId() {
    int max = -1;
    for (long i = 0; i < length(); i++) {
      max = Math.max(max, get(i));
    }
    return max;
  }

  /** A copy of some tokens. */
  default int[] toArray(long from, int count) {
    Objects.checkFromIndexSize(from, count, length());
    int[] ids = new int[count];
    for (int i = 0; i < count; i++) {
      ids[i] = get(from + i);
    }
    return ids;
  }
}
