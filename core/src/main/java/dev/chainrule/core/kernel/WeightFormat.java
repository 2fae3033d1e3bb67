package dev.chainrule.core.kernel;

/** How the weights of a step's products are kept; sums are always float32. */
public enum WeightFormat {
  /** As trained. */
  FLOAT32(4),
  /** Rounded to 8 significant bits: half the bytes. */
  BFLOAT16(2),
  /** Whole numbers from -127 to 127 times a scale of each output: a quarter of the bytes. */
  INT8(1);

  private final int bytes;

  WeightFormat(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of a weight. */
  public int bytes() {
    return bytes;
  }

  /** The name as the user writes it. */
  @Override
  public String toString() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
