package dev.chainrule.core.kernel;

import java.util.Locale;

/** How a decoder keeps keys and values; what is computed with them is always float32. */
public enum CacheFormat {
  /** As computed. */
  FLOAT32,
  /** Rounded to IEEE half precision: half the bytes. */
  FLOAT16,
  /** GGML's Q8_0: bytes with a scale for each 32 of a head, a little over a quarter. */
  Q8_0;

  private static final int BLOCK = 32;
  private static final int BLOCK_BYTES = 34;

  /** Bytes of a key, or of a value, of so many numbers. */
  public long bytes(int numbers) {
    return switch (this) {
      case FLOAT32 -> 4L * numbers;
      case FLOAT16 -> 2L * numbers;
      case Q8_0 -> (long) BLOCK_BYTES * Math.ceilDiv(numbers, BLOCK);
    };
  }

  /** The name as the user writes it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
