package dev.chainrule.core.sampling;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/** The classes of one stream so far, given and drawn: what penalties of repetition look at. */
public final class Past {
  private final int[] counts;
  private final int[] drawn;
  private final BitSet found = new BitSet();
  private int[] ids;
  private int length;

  /**
   * A stream that begins with given classes.
   *
   * @param numClasses V
   * @param given classes from 0 to V - 1
   */
  public Past(int numClasses, int... given) {
    ids = Arrays.copyOf(given, given.length + 64);
    length = given.length;
    counts = new int[numClasses];
    drawn = new int[numClasses];
    for (int id : given) {
      counts[id]++;
    }
  }

  /** Remembers one more class, which was drawn. */
  void append(int id) {
    if (length == ids.length) {
      ids = Arrays.copyOf(ids, Math.multiplyExact(length, 2));
    }
    ids[length++] = id;
    counts[id]++;
    drawn[id]++;
  }

  /** How often a class has occurred, given or drawn. */
  int count(int id) {
    return counts[id];
  }

  /** How often a class was drawn. */
  int drawn(int id) {
    return drawn[id];
  }

  /**
   * The classes that would make the last n classes a sequence that has occurred before.
   *
   * @param n 1 or more
   * @return overwritten by the next call
   */
  BitSet repeating(int n) {
    found.clear();
    int last = length - (n - 1);
    for (int at = 0; at < last; at++) {
      if (Arrays.equals(ids, at, at + n - 1, ids, last, length) && at + n - 1 < length) {
        found.set(ids[at + n - 1]);
      }
    }
    return found;
  }

  /**
   * The classes that would complete one of some sequences.
   *
   * @param words of 1 class or more each
   * @return overwritten by the next call
   */
  BitSet completing(List<List<Integer>> words) {
    found.clear();
    for (List<Integer> word : words) {
      int before = word.size() - 1;
      boolean same = before <= length;
      for (int i = 0; same && i < before; i++) {
        same = ids[length - before + i] == word.get(i);
      }
      if (same) {
        found.set(word.get(before));
      }
    }
    return found;
  }
}
