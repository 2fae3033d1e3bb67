package dev.chainrule.core.quant;

import java.lang.foreign.MemorySegment;

/**
 * Q3_K: 256 codes of 3 bits in groups of 16, x = d (s - 32) (q - 4), with s of 6 bits for each
 * group. The third bits of elements i, i + 32, ... are the bits of byte i.
 */
final class Q3K implements BlockReader {
  private static final int ELEMENTS = 256;
  private static final int BYTES = 110;
  private static final int CODES = 32;
  private static final int SCALES = 96;
  private static final int SCALE = 108;

  @Override
  public void read(MemorySegment from, long offset, float[] to, int at, int blocks) {
    for (int b = 0; b < blocks; b++) {
      long block = offset + (long) b * BYTES;
      float d = Stored.half(from, block + SCALE);
      for (int group = 0; group < 16; group++) {
        float scale = d * (scale(from, block + SCALES, group) - 32);
        long third = block + 16L * (group % 2);
        long bytes = block + CODES + 32L * (group / 8) + 16L * (group % 2);
        int shift = group % 8 / 2 * 2;
        int first = at + b * ELEMENTS + 16 * group;
        for (int i = 0; i < 16; i++) {
          int low = Stored.code(from, bytes + i) >> shift & 3;
          int high = (Stored.code(from, third + i) >> (group / 2)) & 1;
          to[first + i] = scale * (low + 4 * high - 4);
        }
      }
    }
  }

  /** Four bits of groups j and j + 8 in byte j, two of groups j, j + 4, ... in byte 8 + j. */
  private static int scale(MemorySegment from, long scales, int group) {
    int low = (Stored.code(from, scales + group % 8) >> (group / 8 * 4)) & 15;
    int high = (Stored.code(from, scales + 8 + group % 4) >> (group / 4 * 2)) & 3;
    return low | high << 4;
  }
}
