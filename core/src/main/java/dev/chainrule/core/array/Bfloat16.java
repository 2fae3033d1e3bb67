package dev.chainrule.core.array;

/** The upper half of a float32: 8 bits of exponent, 7 of fraction. */
public final class Bfloat16 {
  private Bfloat16() {}

  /** Rounds to the nearest, of two to the even one; not-a-number stays that. */
  public static short bits(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) (bits >> 16 | 0x40);
    }
    return (short) ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
  }

  /** The number that bits stand for. */
  public static float value(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }
}
