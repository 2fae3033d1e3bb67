package dev.chainrule.text.structure;

import java.util.Arrays;
import java.util.stream.IntStream;

/** A set of Unicode's characters, halves of surrogate pairs never among them. Immutable. */
final class CodePoints {
  static final CodePoints NONE = new CodePoints();

  /** All there are. */
  static final CodePoints ALL =
      new CodePoints(
          0, Character.MIN_SURROGATE - 1, Character.MAX_SURROGATE + 1, Character.MAX_CODE_POINT);

  /** First and last of each range, ascending, with a gap between any two. */
  private final int[] ranges;

  private CodePoints(int... ranges) {
    this.ranges = ranges;
  }

  /** Those from one to another. */
  static CodePoints range(int first, int last) {
    return new CodePoints(first, last).and(ALL);
  }

  /** Those of a text. */
  static CodePoints of(String text) {
    return of(text.codePoints().toArray());
  }

  static CodePoints of(int... codePoints) {
    int[] sorted = IntStream.of(codePoints).sorted().distinct().toArray();
    int[] ranges = new int[2 * sorted.length];
    int n = 0;
    for (int c : sorted) {
      if (n > 0 && ranges[n - 1] == c - 1) {
        ranges[n - 1] = c;
      } else {
        ranges[n++] = c;
        ranges[n++] = c;
      }
    }
    return new CodePoints(Arrays.copyOf(ranges, n)).and(ALL);
  }

  /** Number of ranges. */
  int ranges() {
    return ranges.length / 2;
  }

  /** The first of a range. */
  int first(int range) {
    return ranges[2 * range];
  }

  /** The last of a range. */
  int last(int range) {
    return ranges[2 * range + 1];
  }

  boolean isEmpty() {
    return ranges.length == 0;
  }

  boolean contains(int codePoint) {
    int at = Arrays.binarySearch(ranges, codePoint);
    return at >= 0 || (-at - 1) % 2 == 1;
  }

  /** All others. */
  CodePoints not() {
    int[] others = new int[ranges.length + 2];
    int n = 0;
    int from = 0;
    for (int i = 0; i < ranges(); i++) {
      if (first(i) > from) {
        others[n++] = from;
        others[n++] = first(i) - 1;
      }
      from = last(i) + 1;
    }
    if (from <= Character.MAX_CODE_POINT) {
      others[n++] = from;
      others[n++] = Character.MAX_CODE_POINT;
    }
    return new CodePoints(Arrays.copyOf(others, n)).and(ALL);
  }

  CodePoints minus(CodePoints other) {
    return and(other.not());
  }

  CodePoints or(CodePoints other) {
    int[] all = new int[ranges.length + other.ranges.length];
    int n = 0;
    int i = 0;
    int j = 0;
    while (i < ranges() || j < other.ranges()) {
      boolean mine = j == other.ranges() || (i < ranges() && first(i) <= other.first(j));
      int first = mine ? first(i) : other.first(j);
      int last = mine ? last(i++) : other.last(j++);
      if (n > 0 && first <= all[n - 1] + 1) {
        all[n - 1] = Math.max(all[n - 1], last);
      } else {
        all[n++] = first;
        all[n++] = last;
      }
    }
    return new CodePoints(Arrays.copyOf(all, n));
  }

  CodePoints and(CodePoints other) {
    int[] both = new int[2 * (ranges() + other.ranges())];
    int n = 0;
    int i = 0;
    int j = 0;
    while (i < ranges() && j < other.ranges()) {
      int first = Math.max(first(i), other.first(j));
      int last = Math.min(last(i), other.last(j));
      if (first <= last) {
        both[n++] = first;
        both[n++] = last;
      }
      if (last(i) < other.last(j)) {
        i++;
      } else {
        j++;
      }
    }
    return new CodePoints(Arrays.copyOf(both, n));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CodePoints that && Arrays.equals(ranges, that.ranges);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(ranges);
  }
}
