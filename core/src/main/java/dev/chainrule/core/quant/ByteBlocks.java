package dev.chainrule.core.quant;

import static dev.chainrule.core.quant.Stored.BYTE;

import java.lang.foreign.MemorySegment;

/** Q8_0: 32 signed bytes and their scale, x = d q. */
final class ByteBlocks implements BlockCodec {
  private static final int ELEMENTS = 32;
  private static final int BYTES = 34;

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
  public void write(float[] from, int at, MemorySegment to, long offset, int blocks) {
    for (int b = 0; b < blocks; b++) {
      long block = offset + (long) b * BYTES;
      int first = at + b * ELEMENTS;
      float largest = 0;
      for (int i = 0; i < ELEMENTS; i++) {
        largest = Math.max(largest, Math.abs(from[first + i]));
      }
      float d = largest / 127;
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
