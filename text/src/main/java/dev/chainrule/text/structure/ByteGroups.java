package dev.chainrule.text.structure;

import java.util.Arrays;

/**
 * Coarse groups of bytes, the same for all structures: letters, digits, each mark of ASCII by
 * itself, all of longer characters. Of each node of a tree of tokens they tell what stands below
 * it, so that a walk need not look at every byte of plain text where any plain text may come.
 */
final class ByteGroups {
  /** Bytes of characters that are not of ASCII. */
  static final int LONGER = 0;

  /** What is no UTF-8, or not seen from its beginning. */
  static final int BROKEN = 1;

  private static final int CONTROL = 2;
  private static final int DIGIT = 3;
  private static final int UPPER = 4;
  private static final int LOWER = 5;
  private static final int FIRST_MARK = 6;

  private static final byte[] OF = groups();

  /** Number of groups; they are bits of a long. */
  static final int COUNT = 1 + Arrays.stream(toInts(OF)).max().orElse(0);

  private ByteGroups() {}

  private static int[] toInts(byte[] bytes) {
    int[] ints = new int[bytes.length];
    for (int i = 0; i < ints.length; i++) {
      ints[i] = bytes[i];
    }
    return ints;
  }

  private static byte[] groups() {
    byte[] groups = new byte[256];
    int next = FIRST_MARK;
    for (int b = 0; b < 0x80; b++) {
      int group =
          b >= '0' && b <= '9'
              ? DIGIT
              : b >= 'A' && b <= 'Z'
                  ? UPPER
                  : b >= 'a' && b <= 'z'
                      ? LOWER
                      : b == '\n' || b == '\r' || b == '\t' || b >= ' ' ? next++ : CONTROL;
      groups[b] = (byte) group;
    }
    return groups;
  }

  /** The group of a byte of UTF-8. */
  static int of(int b) {
    return OF[b];
  }

  /**
   * Bytes that are missing of a character after one more.
   *
   * @param missing before it, with the byte before it
   * @param before the byte before it
   * @return negative if there is no such character
   */
  static int missing(int missing, int before, int b) {
    if (missing == 0) {
      return b < 0x80 ? 0 : b < 0xC2 ? -1 : b < 0xE0 ? 1 : b < 0xF0 ? 2 : b < 0xF5 ? 3 : -1;
    }
    return missing > 0 && b >= first(before) && b <= last(before) ? missing - 1 : -1;
  }

  /** The least byte that may follow another within a character. */
  static int first(int before) {
    return before == 0xE0 ? 0xA0 : before == 0xF0 ? 0x90 : 0x80;
  }

  /** The largest. */
  static int last(int before) {
    return before == 0xED ? 0x9F : before == 0xF4 ? 0x8F : 0xBF;
  }
}
