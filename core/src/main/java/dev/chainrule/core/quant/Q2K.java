package dev.chainrule.core.quant;

import java.lang.foreign.MemorySegment;

/**
 * Q2_K: 256 codes of 2 bits in groups of 16, x = d s q - m t, with s and t of 4 bits for each
 * group.
 */
final class Q2K implements BlockReader {
  private static final int ELEMENTS = 256;
  private static final int BYTES = 84;
  private static final int CODES = 16;
  private static final int SCALE = 80;

  @Override
  public void read(MemorySegment from, long offset, float[] to, int at, int blocks) {
    for (int b = 0; b < blocks; b++) {
      long block = offset + (long) b * BYTES;
      float d = Stored.half(from, block + SCALE);
      float m = Stored.half(from, block + SCALE + 2);
      for (int group = 0; group < 16; group++) {
        int scales = Stored.code(from, block + group);
        float scale = d * (scales & 15);
        float least = m * (scales >> 4);
        // Groups 2 j and 2 j + 1 of a half are bits 2 j and 2 j + 1 of its 32 bytes.
        long bytes = block + CODES + 32L * (group / 8) + 16L * (group % 2);
        int shift = group % 8 / 2 * 2;
        int first = at + b * ELEMENTS + 16 * group;
        for (int i = 0; i < 16; i++) {
          to[first + i] = scale * (Stored.code(from, bytes + i) >> shift & 3) - least;
        }
      }
    }
  }
}
