package dev.chainrule.core.quant;

import java.lang.foreign.MemorySegment;

/** Rounds numbers to a format and widens them again: they become what a reader of it would have. */
public final class RoundTrip {
  /** Rounds whole blocks. */
  @FunctionalInterface
  private interface Rounding {
    void round(float[] from, int at, MemorySegment to, long offset, int n);
  }

  private final BlockFormat format;
  private final Rounding rounding;

  private RoundTrip(BlockFormat format, Rounding rounding) {
    this.format = format;
    this.rounding = rounding;
  }

  /** Through what is closest, as {@link BlockFormat#quantizeClosest}. */
  public static RoundTrip closest(BlockFormat format) {
    return new RoundTrip(format, format::quantizeClosest);
  }

  /** Through what changes products least, as {@link CalibratedRounding}; of whole rows. */
  public static RoundTrip calibrated(BlockFormat format, InputMoments moments) {
    return new RoundTrip(format, CalibratedRounding.of(format, moments)::round);
  }

  /**
   * Replaces the first n numbers; several threads may do so with arrays of their own.
   *
   * @param n a multiple of the elements of a block
   */
  public void apply(float[] numbers, int n) {
    MemorySegment blocks = MemorySegment.ofArray(new byte[Math.toIntExact(format.bytes(n))]);
    rounding.round(numbers, 0, blocks, 0, n);
    format.dequantize(blocks, 0, numbers, 0, n);
  }
}
