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

  /** The name as the user writes it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
