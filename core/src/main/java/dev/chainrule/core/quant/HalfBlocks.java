package dev.chainrule.core.quant;

import dev.chainrule.core.array.Bfloat16;
import java.lang.foreign.MemorySegment;

/**
 * Numbers of 16 bits. They pass through an array of the caches' size: the loop over it that widens
 * IEEE halves is one that the compiler turns into vector code.
 */
final class HalfBlocks implements BlockCodec {
  /** IEEE half precision. */
  static final HalfBlocks IEEE = new HalfBlocks(false);

  /** The upper half of an IEEE single. */
  static final HalfBlocks BFLOAT = new HalfBlocks(true);

  private static final int CHUNK = 4096;

  private final boolean bfloat;

  private HalfBlocks(boolean bfloat) {
    this.bfloat = bfloat;
  }

  @Override
  public void read(MemorySegment from, long offset, float[] to, int at, int blocks) {
    short[] chunk = new short[Math.min(CHUNK, blocks)];
    for (int i = 0; i < blocks; i += CHUNK) {
      int n = Math.min(CHUNK, blocks - i);
      MemorySegment.copy(from, Stored.SHORT, offset + 2L * i, chunk, 0, n);
      if (bfloat) {
        widenBfloats(chunk, to, at + i, n);
      } else {
        widenHalves(chunk, to, at + i, n);
      }
    }
  }

  private static void widenBfloats(short[] chunk, float[] to, int at, int n) {
    int done = BfloatVectors.AVAILABLE ? BfloatVectors.widen(chunk, to, at, n) : 0;
    for (int i = done; i < n; i++) {
      to[at + i] = Float.intBitsToFloat(chunk[i] << 16);
    }
  }

  private static void widenHalves(short[] chunk, float[] to, int at, int n) {
    for (int i = 0; i < n; i++) {
      to[at + i] = Float.float16ToFloat(chunk[i]);
    }
  }

  @Override
  public void write(float[] from, int at, MemorySegment to, long offset, int blocks) {
    short[] chunk = new short[Math.min(CHUNK, blocks)];
    for (int i = 0; i < blocks; i += CHUNK) {
      int n = Math.min(CHUNK, blocks - i);
      for (int j = 0; j < n; j++) {
        float value = from[at + i + j];
        chunk[j] = bfloat ? Bfloat16.bits(value) : Float.floatToFloat16(value);
      }
      MemorySegment.copy(chunk, 0, to, Stored.SHORT, offset + 2L * i, n);
    }
  }
}
