package dev.chainrule.core.quant;

import static dev.chainrule.core.quant.Stored.BYTE;

import java.lang.foreign.MemorySegment;

/**
 * Q4_K and Q5_K: 256 codes of 4 or 5 bits in groups of 32, x = d s q - m t, with s and t of 6 bits
 * for each group. The low four bits of groups 2 j and 2 j + 1 share 32 bytes; the fifth bits of
 * elements i, i + 32, ... are the bits of byte i.
 */
final class AffineSuperBlocks implements GridCodec {
  private static final int ELEMENTS = 256;
  private static final int GROUPS = 8;
  private static final int GROUP = 32;
  private static final int SCALES = 4;
  private static final int FIFTH = 16;
  private static final int LARGEST_SCALE = 63;

  /** Scales and minima below this one are those of zeros. */
  private static final float LEAST = 1e-30f;

  private final int bits;
  private final int nibbles;
  private final int bytes;

  AffineSuperBlocks(int bits) {
    this.bits = bits;
    nibbles = bits == 5 ? FIFTH + GROUP : FIFTH;
    bytes = nibbles + ELEMENTS / 2;
  }

  @Override
  public void read(MemorySegment from, long offset, float[] to, int at, int blocks) {
    for (int b = 0; b < blocks; b++) {
      long block = offset + (long) b * bytes;
      float d = Stored.half(from, block);
      float m = Stored.half(from, block + 2);
      for (int group = 0; group < GROUPS; group++) {
        float scale = d * scale(from, block + SCALES, group);
        float least = m * minimum(from, block + SCALES, group);
        long codes = block + nibbles + (long) (group / 2) * GROUP;
        int shift = group % 2 * 4;
        int first = at + b * ELEMENTS + group * GROUP;
        for (int i = 0; i < GROUP; i++) {
          int code = Stored.code(from, codes + i) >> shift & 15;
          if (bits == 5) {
            code |= (Stored.code(from, block + FIFTH + i) >> group & 1) << 4;
          }
          to[first + i] = scale * code - least;
        }
      }
    }
  }

  /** Of the twelve bytes, 0 to 3 hold the first four scales, and bits of the others in the rest. */
  private static int scale(MemorySegment from, long scales, int group) {
    return group < 4
        ? Stored.code(from, scales + group) & 63
        : (Stored.code(from, scales + group + 4) & 15)
            | ((Stored.code(from, scales + group - 4) >> 6) << 4);
  }

  /** Bytes 4 to 7 hold the first four minima; 8 to 11 four bits of the other scales and minima. */
  private static int minimum(MemorySegment from, long scales, int group) {
    return group < 4
        ? Stored.code(from, scales + group + 4) & 63
        : Stored.code(from, scales + group + 4) >> 4 | Stored.code(from, scales + group) >> 6 << 4;
  }

  @Override
  public void write(float[] from, int at, MemorySegment to, long offset, int blocks) {
    AffineSearch search = search();
    int[] codes = new int[ELEMENTS];
    for (int b = 0; b < blocks; b++) {
      writeBlock(search, codes, from, at + b * ELEMENTS, to, offset + (long) b * bytes);
    }
  }

  private void writeBlock(
      AffineSearch search, int[] codes, float[] from, int at, MemorySegment to, long block) {
    float[] scales = new float[GROUPS];
    float[] minima = new float[GROUPS];
    float largestScale = 0;
    float largestMinimum = 0;
    for (int group = 0; group < GROUPS; group++) {
      scales[group] = search.scale(from, at + group * GROUP, codes, group * GROUP);
      minima[group] = search.minimum();
      largestScale = Math.max(largestScale, scales[group]);
      largestMinimum = Math.max(largestMinimum, minima[group]);
    }
    putScales(scales, largestScale, minima, largestMinimum, to, block);
    for (int group = 0; group < GROUPS; group++) {
      float scale = scales[group];
      if (scale != 0) {
        // Scale and minimum were rounded since the codes were found.
        for (int i = group * GROUP; i < (group + 1) * GROUP; i++) {
          codes[i] = Stored.nearest((from[at + i] + minima[group]) / scale, 0, largest());
        }
      }
    }
    putCodes(codes, to, block);
  }

  private AffineSearch search() {
    return bits == 4 ? new AffineSearch(15, -1, 20) : new AffineSearch(31, -0.5f, 15);
  }

  @Override
  public int largest() {
    return (1 << bits) - 1;
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
    AffineSearch search = search();
    float[] scales = new float[GROUPS];
    float[] minima = new float[GROUPS];
    int[] unused = new int[GROUP];
    float largestScale = 0;
    float largestMinimum = 0;
    for (int group = 0; group < GROUPS; group++) {
      int first = group * GROUP;
      scales[group] = search.scale(x, at + first, weights, w + first, unused, 0);
      minima[group] = search.minimum();
      largestScale = Math.max(largestScale, scales[group]);
      largestMinimum = Math.max(largestMinimum, minima[group]);
    }
    putScales(scales, largestScale, minima, largestMinimum, to, block);
    for (int i = 0; i < ELEMENTS; i++) {
      scale[i] = scales[i / GROUP];
      least[i] = -minima[i / GROUP];
    }
  }

  /** Writes scales and minima, which become what a reader will read. */
  private static void putScales(
      float[] scales,
      float largestScale,
      float[] minima,
      float largestMinimum,
      MemorySegment to,
      long block) {
    float d = Stored.putHalf(to, block, largestScale / LARGEST_SCALE);
    float m = Stored.putHalf(to, block + 2, largestMinimum / LARGEST_SCALE);
    for (int group = 0; group < GROUPS; group++) {
      int s = sixBits(scales[group], largestScale);
      int t = sixBits(minima[group], largestMinimum);
      putScales(to, block + SCALES, group, s, t);
      scales[group] = d * s;
      minima[group] = m * t;
    }
  }

  private static int sixBits(float value, float largest) {
    return largest < LEAST ? 0 : Stored.nearest(LARGEST_SCALE / largest * value, 0, LARGEST_SCALE);
  }

  private static void putScales(MemorySegment to, long scales, int group, int s, int t) {
    if (group < 4) {
      to.set(BYTE, scales + group, (byte) s);
      to.set(BYTE, scales + group + 4, (byte) t);
      return;
    }
    to.set(BYTE, scales + group + 4, (byte) ((s & 15) | (t << 4)));
    int first = Stored.code(to, scales + group - 4);
    to.set(BYTE, scales + group - 4, (byte) (first | s >> 4 << 6));
    int second = Stored.code(to, scales + group);
    to.set(BYTE, scales + group, (byte) (second | t >> 4 << 6));
  }

  @Override
  public void putCodes(int[] codes, MemorySegment to, long block) {
    for (int pair = 0; pair < GROUPS / 2; pair++) {
      for (int i = 0; i < GROUP; i++) {
        int low = codes[2 * pair * GROUP + i];
        int high = codes[(2 * pair + 1) * GROUP + i];
        to.set(BYTE, block + nibbles + (long) pair * GROUP + i, (byte) ((low & 15) | (high << 4)));
      }
    }
    if (bits == 4) {
      return;
    }
    for (int i = 0; i < GROUP; i++) {
      int fifth = 0;
      for (int group = 0; group < GROUPS; group++) {
        fifth |= codes[group * GROUP + i] >> 4 << group;
      }
      to.set(BYTE, block + FIFTH + i, (byte) fifth);
    }
  }
}
