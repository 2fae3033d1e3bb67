package dev.chainrule.text.structure;

import java.util.HashMap;
import java.util.Map;
import java.util.function.IntSupplier;

/** The bytes of UTF-8 of sets of characters, as ways through states. */
final class Utf8Ranges {
  /** Largest character of one byte, of two, of three. */
  private static final int[] LARGEST = {0x7F, 0x7FF, 0xFFFF, Character.MAX_CODE_POINT};

  private static final int LOW = 0x3F;

  private final int to;
  private final IntSupplier states;
  private final Ways ways;

  /** Ends of characters that are the same for several of them. */
  private final Map<Way, Integer> shared = new HashMap<>();

  /** Takes a range of bytes that leads from a state to another. */
  @FunctionalInterface
  interface Ways {
    void add(int from, int first, int last, int to);
  }

  private record Way(int first, int last, int to) {}

  private Utf8Ranges(int to, IntSupplier states, Ways ways) {
    this.to = to;
    this.states = states;
    this.ways = ways;
  }

  /** Adds the ways of all characters of a set. */
  static void add(CodePoints set, int from, int to, IntSupplier states, Ways ways) {
    Utf8Ranges ranges = new Utf8Ranges(to, states, ways);
    for (int i = 0; i < set.ranges(); i++) {
      int first = set.first(i);
      for (int n = 0; n < LARGEST.length; n++) {
        int last = Math.min(set.last(i), LARGEST[n]);
        if (first <= last) {
          ranges.split(from, first, last, n);
          first = last + 1;
        }
      }
    }
  }

  /** About as many ranges of bytes as a set takes. */
  static int bytes(CodePoints set) {
    int bytes = 0;
    for (int i = 0; i < set.ranges(); i++) {
      bytes += set.last(i) <= LARGEST[0] ? 1 : 6;
    }
    return bytes;
  }

  /** Splits a range until all its characters have the same bytes but for trailing full ranges. */
  private void split(int from, int first, int last, int more) {
    for (int i = 1; i <= more; i++) {
      int low = (1 << (6 * i)) - 1;
      if ((first & ~low) != (last & ~low)) {
        if ((first & low) != 0) {
          split(from, first, first | low, more);
          split(from, (first | low) + 1, last, more);
          return;
        }
        if ((last & low) != low) {
          split(from, first, (last & ~low) - 1, more);
          split(from, last & ~low, last, more);
          return;
        }
      }
    }
    int target = to;
    for (int i = 0; i < more; i++) {
      int a = 0x80 | ((first >> (6 * i)) & LOW);
      int b = 0x80 | ((last >> (6 * i)) & LOW);
      Way way = new Way(a, b, target);
      Integer before = shared.get(way);
      if (before == null) {
        before = states.getAsInt();
        ways.add(before, a, b, target);
        shared.put(way, before);
      }
      target = before;
    }
    int lead = more == 0 ? 0 : (0xFF00 >> (more + 1)) & 0xFF;
    int head = 6 * more;
    ways.add(from, lead | (first >> head), lead | (last >> head), target);
  }
}
