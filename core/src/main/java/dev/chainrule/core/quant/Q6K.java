package dev.chainrule.core.quant;

import static dev.chainrule.core.quant.Stored.BYTE;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Q6_K: 256 codes of 6 bits in groups of 16, x = d s (q - 32), with a signed byte s for each group.
 * Of each half, elements i, i + 32, i + 64, i + 96 share their upper two bits in a byte.
 */
final class Q6K implements GridCodec {
  private static final int ELEMENTS = 256;
  private static final int BYTES = 210;
  private static final int GROUPS = 16;
  private static final int GROUP = 16;
  private static final int HIGH = 128;
  private static final int SCALES = 192;
  private static final int SCALE = 208;
  private static final int ZERO = 32;

  @Override
  public void read(MemorySegment from, long offset, float[] to, int at, int blocks) {
    for (int b = 0; b < blocks; b++) {
      long block = offset + (long) b * BYTES;
      float d = Stored.half(from, block + SCALE);
      for (int group = 0; group < GROUPS; group++) {
        float scale = d * from.get(BYTE, block + SCALES + group);
        int half = group / 8;
        int quarter = group % 8 / 2;
        int within = group % 2 * GROUP;
        long low = block + 64L * half + 32L * (quarter % 2) + within;
        long high = block + HIGH + 32L * half + within;
        int first = at + b * ELEMENTS + group * GROUP;
        for (int i = 0; i < GROUP; i++) {
          int code =
              ((Stored.code(from, low + i) >> (quarter / 2 * 4)) & 15)
                  | (((Stored.code(from, high + i) >> (2 * quarter)) & 3) << 4);
          to[first + i] = scale * (code - ZERO);
        }
      }
    }
  }

  @Override
  public void write(float[] from, int at, MemorySegment to, long offset, int blocks) {
    SymmetricSearch search = new SymmetricSearch();
    int[] codes = new int[ELEMENTS];
    for (int b = 0; b < blocks; b++) {
      writeBlock(search, codes, from, at + b * ELEMENTS, to, offset + (long) b * BYTES);
    }
  }

  private void writeBlock(
      SymmetricSearch search, int[] codes, float[] from, int at, MemorySegment to, long block) {
    float[] scales = new float[GROUPS];
    float extreme = 0;
    for (int group = 0; group < GROUPS; group++) {
      scales[group] = search.scale(from, at + group * GROUP, codes, group * GROUP);
      if (Math.abs(scales[group]) > Math.abs(extreme)) {
        extreme = scales[group];
      }
    }
    if (Math.abs(extreme) < SymmetricSearch.LEAST) {
      to.asSlice(block, BYTES).fill((byte) 0);
      return;
    }
    float inverse = -128 / extreme;
    float d = Stored.putHalf(to, block + SCALE, 1 / inverse);
    for (int group = 0; group < GROUPS; group++) {
      int s = Stored.nearest(inverse * scales[group], -128, 127);
      to.set(BYTE, block + SCALES + group, (byte) s);
      float scale = d * s;
      if (scale != 0) {
        // The scale was rounded since the codes were found.
        for (int i = group * GROUP; i < (group + 1) * GROUP; i++) {
          codes[i] = Stored.nearest(from[at + i] / scale, -ZERO, ZERO - 1) + ZERO;
        }
      }
    }
    putCodes(codes, to, block);
  }

  @Override
  public int largest() {
    return 2 * ZERO - 1;
  }

  @Override
  public void plan(
      float[] x,
      int at,
      float[] weights,
      int w,
      MemorySegment to,
      long block,
      float[] scale,
      float[] least) {
    SymmetricSearch search = new SymmetricSearch();
    float[] scales = new float[GROUPS];
    int[] unused = new int[GROUP];
    float extreme = 0;
    for (int group = 0; group < GROUPS; group++) {
      int first = group * GROUP;
      scales[group] = search.scale(x, at + first, weights, w + first, unused, 0);
      if (Math.abs(scales[group]) > Math.abs(extreme)) {
        extreme = scales[group];
      }
    }
    boolean zeros = Math.abs(extreme) < SymmetricSearch.LEAST;
    float inverse = zeros ? 0 : -128 / extreme;
    float d = Stored.putHalf(to, block + SCALE, zeros ? 0 : 1 / inverse);
    for (int group = 0; group < GROUPS; group++) {
      int s = Stored.nearest(inverse * scales[group], -128, 127);
      to.set(BYTE, block + SCALES + group, (byte) s);
      Arrays.fill(scale, group * GROUP, (group + 1) * GROUP, d * s);
      Arrays.fill(least, group * GROUP, (group + 1) * GROUP, -ZERO * d * s);
    }
  }

  @Override
  public void putCodes(int[] codes, MemorySegment to, long block) {
    for (int half = 0; half < 2; half++) {
      long low = block + 64L * half;
      long high = block + HIGH + 32L * half;
      for (int i = 0; i < 32; i++) {
        int first = 128 * half + i;
        int q1 = codes[first];
        int q2 = codes[first + 32];
        int q3 = codes[first + 64];
        int q4 = codes[first + 96];
        to.set(BYTE, low + i, (byte) ((q1 & 15) | (q3 << 4)));
        to.set(BYTE, low + 32 + i, (byte) ((q2 & 15) | (q4 << 4)));
        to.set(
            BYTE,
            high + i,
            (byte) ((q1 >> 4) | ((q2 >> 4) << 2) | ((q3 >> 4) << 4) | ((q4 >> 4) << 6)));
      }
    }
  }
}
