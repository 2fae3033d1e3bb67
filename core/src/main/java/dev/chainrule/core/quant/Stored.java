package dev.chainrule.core.quant;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Numbers in memory as GGML stores them: little-endian, on any boundary. */
final class Stored {
  static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
  static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** Half of the step between floats from 2^23 on: adding it rounds to a whole number. */
  private static final float ROUND = 12_582_912;

  private Stored() {}

  /** The unsigned byte at an offset. */
  static int code(MemorySegment from, long offset) {
    return from.get(BYTE, offset) & 0xFF;
  }

  /** The IEEE half at an offset. */
  static float half(MemorySegment from, long offset) {
    return Float.float16ToFloat(from.get(SHORT, offset));
  }

  /** Writes a number as an IEEE half, and returns what a reader will read. */
  static float putHalf(MemorySegment to, long offset, float value) {
    short half = Float.floatToFloat16(value);
    to.set(SHORT, offset, half);
    return Float.float16ToFloat(half);
  }

  /** The whole number next to one of at most 2^22 in size; of two the even one. */
  static int nearest(float value) {
    return Float.floatToRawIntBits(value + ROUND) - Float.floatToRawIntBits(ROUND);
  }

  /** The whole number next to any, within a range. */
  static int nearest(float value, int least, int most) {
    return nearest(Math.max(least, Math.min(most, value)));
  }

  /** One divided by a number, or 0 where that cannot be said in a float. */
  static float inverse(float value) {
    float inverse = 1 / value;
    return Float.isFinite(inverse) ? inverse : 0;
  }
}
