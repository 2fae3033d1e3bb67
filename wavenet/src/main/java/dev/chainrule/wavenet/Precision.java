package dev.chainrule.wavenet;

import java.util.Locale;

/** How a decoder keeps its weights. Sums are float32 always. */
public enum Precision {
  /** As trained. */
  FLOAT32(4),
  /** Rounded to 8 significant bits: half the bytes. */
  BFLOAT16(2),
  /** Whole numbers from -127 to 127 times a scale of each output: a quarter of the bytes. */
  INT8(1);

  private final int bytes;

  Precision(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of a weight. */
  public int bytes() {
    return bytes;
  }

  /** The name as the user writes it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
