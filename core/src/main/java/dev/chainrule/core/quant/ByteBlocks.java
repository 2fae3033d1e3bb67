package dev.chainrule.core.quant;

import static dev.chainrule.core.quant.Stored.BYTE;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** Q8_0: 32 signed bytes and their scale, x = d q. */
final class ByteBlocks implements GridCodec {
  private static final int ELEMENTS = 32;
  private static final int BYTES = 34;

  /** Code, in size. */
  private static final int LARGEST = 127;

  @Override
  public void read(MemorySegment from, long offset, float[] to, int at, int blocks) {
    for (int b = 0; b < blocks; b++) {
      long block = offset + (long) b * BYTES;
      int first = at + b * ELEMENTS;
      float d = Stored.half(from, block);
      for (int i = 0; i < ELEMENTS; i++) {
        to[first + i] = from.get(BYTE, block + 2 + i) * d;
      }
    }
  }

  @Override
  public int largest() {
    return 2 * LARGEST;
  }

  /** By the largest number, whatever the weights: steps are so small that no scale is better. */
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
    float d = Stored.putHalf(to, block, largest(x, at) / LARGEST);
    Arrays.fill(scale, d);
    Arrays.fill(least, -LARGEST * d);
  }

  @Override
  public void putCodes(int[] codes, MemorySegment to, long block) {
    for (int i = 0; i < ELEMENTS; i++) {
      to.set(BYTE, block + 2 + i, (byte) (codes[i] - LARGEST));
    }
  }

  private static float largest(float[] x, int at) {
    float largest = 0;
    for (int i = 0; i < ELEMENTS; i++) {
      largest = Math.max(largest, Math.abs(x[at + i]));
    }
    return largest;
  }

  @Override
  public void write(float[] from, int at, MemorySegment to, long offset, int blocks) {
    for (int b = 0; b < blocks; b++) {
      long block = offset + (long) b * BYTES;
      int first = at + b * ELEMENTS;
      float d = largest(from, first) / LARGEST;
      float inverse = Stored.inverse(d);
      Stored.putHalf(to, block, d);
      for (int i = 0; i < ELEMENTS; i++) {
        float scaled = from[first + i] * inverse;
        // Halves away from zero; in double, where the sum is exact.
        to.set(BYTE, block + 2 + i, (byte) (scaled + Math.copySign(0.5, scaled)));
      }
    }
  }
}
