package dev.chainrule.core.quant;

import static dev.chainrule.core.quant.Stored.BYTE;
import static dev.chainrule.core.quant.Stored.INT;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Q4_0, Q4_1, Q5_0, Q5_1: 32 codes of 4 or 5 bits and their scale, x = d (q - 8) or d (q - 16)
 * without a minimum and x = d q + m with one. The low four bits of elements i and i + 16 share byte
 * i; the fifth bits of all lie in one word.
 */
final class NibbleBlocks implements GridCodec {
  private static final int ELEMENTS = 32;
  private static final int HALF = 16;

  private final boolean minimum;

  /** One more than the largest code. */
  private final int codes;

  /** Where the fifth bits begin, and where the nibbles do. */
  private final int fifth;

  private final int nibbles;

  NibbleBlocks(int bits, boolean minimum) {
    this.minimum = minimum;
    codes = 1 << bits;
    fifth = minimum ? 4 : 2;
    nibbles = bits == 5 ? fifth + Integer.BYTES : fifth;
  }

  @Override
  public void read(MemorySegment from, long offset, float[] to, int at, int blocks) {
    int zero = minimum ? 0 : codes / 2;
    for (int b = 0; b < blocks; b++) {
      long block = offset + (long) b * (nibbles + HALF);
      int first = at + b * ELEMENTS;
      float d = Stored.half(from, block);
      // Adding -0 changes no number, not even another zero.
      float m = minimum ? Stored.half(from, block + 2) : -0f;
      int high = nibbles == fifth ? 0 : from.get(INT, block + fifth);
      for (int i = 0; i < HALF; i++) {
        int both = Stored.code(from, block + nibbles + i);
        int low = (both & 15) | (((high >>> i) & 1) << 4);
        int upper = (both >> 4) | (((high >>> (i + HALF)) & 1) << 4);
        to[first + i] = (low - zero) * d + m;
        to[first + HALF + i] = (upper - zero) * d + m;
      }
    }
  }

  @Override
  public void write(float[] from, int at, MemorySegment to, long offset, int blocks) {
    for (int b = 0; b < blocks; b++) {
      long block = offset + (long) b * (nibbles + HALF);
      if (minimum) {
        writeWithMinimum(from, at + b * ELEMENTS, to, block);
      } else {
        writeAroundZero(from, at + b * ELEMENTS, to, block);
      }
    }
  }

  @Override
  public void writeClosest(float[] from, int at, MemorySegment to, long offset, int blocks) {
    ClosestScale search = new ClosestScale(codes, minimum);
    int[] each = new int[ELEMENTS];
    for (int b = 0; b < blocks; b++) {
      long block = offset + (long) b * (nibbles + HALF);
      int first = at + b * ELEMENTS;
      search.find(from, first);
      putScales(search, to, block);
      float inverse = Stored.inverse(search.scale);
      for (int i = 0; i < ELEMENTS; i++) {
        each[i] = search.code((from[first + i] - search.least) * inverse);
      }
      putCodes(each, to, block);
    }
  }

  private void putScales(ClosestScale found, MemorySegment to, long block) {
    Stored.putHalf(to, block, found.scale);
    if (minimum) {
      Stored.putHalf(to, block + 2, found.least);
    }
  }

  @Override
  public int largest() {
    return codes - 1;
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
    ClosestScale search = new ClosestScale(codes, minimum);
    search.find(x, at, weights, w);
    putScales(search, to, block);
    Arrays.fill(scale, search.scale);
    // Codes of a format without least values are around their middle.
    int middle = codes / 2;
    Arrays.fill(least, minimum ? search.least : -search.scale * middle);
  }

  @Override
  public void putCodes(int[] each, MemorySegment to, long block) {
    int high = 0;
    for (int i = 0; i < HALF; i++) {
      int low = each[i];
      int upper = each[HALF + i];
      to.set(BYTE, block + nibbles + i, (byte) ((low & 15) | (upper << 4)));
      high |= ((low >> 4) << i) | ((upper >> 4) << (i + HALF));
    }
    if (nibbles != fifth) {
      to.set(INT, block + fifth, high);
    }
  }

  private void writeAroundZero(float[] from, int at, MemorySegment to, long block) {
    float extreme = 0;
    for (int i = 0; i < ELEMENTS; i++) {
      if (Math.abs(from[at + i]) > Math.abs(extreme)) {
        extreme = from[at + i];
      }
    }
    // The largest number has the sign of which there is one code more.
    float d = extreme / -(codes / 2);
    Stored.putHalf(to, block, d);
    writeCodes(from, at, 0, Stored.inverse(d), 0.5f * codes + 0.5f, to, block);
  }

  private void writeWithMinimum(float[] from, int at, MemorySegment to, long block) {
    float least = from[at];
    float most = from[at];
    for (int i = 1; i < ELEMENTS; i++) {
      least = Math.min(least, from[at + i]);
      most = Math.max(most, from[at + i]);
    }
    float d = (most - least) / (codes - 1);
    Stored.putHalf(to, block, d);
    Stored.putHalf(to, block + 2, least);
    writeCodes(from, at, least, Stored.inverse(d), 0.5f, to, block);
  }

  /** Codes are the whole parts of (x - from) inverse + add. */
  private void writeCodes(
      float[] from, int at, float least, float inverse, float add, MemorySegment to, long block) {
    int high = 0;
    for (int i = 0; i < HALF; i++) {
      int low = code((from[at + i] - least) * inverse + add);
      int upper = code((from[at + HALF + i] - least) * inverse + add);
      to.set(BYTE, block + nibbles + i, (byte) ((low & 15) | (upper << 4)));
      high |= ((low >> 4) << i) | ((upper >> 4) << (i + HALF));
    }
    if (nibbles != fifth) {
      to.set(INT, block + fifth, high);
    }
  }

  private int code(float scaled) {
    return Math.max(0, Math.min(codes - 1, (int) scaled));
  }
}
