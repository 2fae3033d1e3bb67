package dev.chainrule.core.kernel;

/** How the weights of a step's products are kept; sums are always float32. */
public enum WeightFormat {
  /** As they are. */
  FLOAT32,
  /** The upper half of a float32, rounded to nearest even. */
  BFLOAT16,
  /** Whole numbers of 8 bits, and a scale for each output. */
  INT8;

  /** The name as the user writes it. */
  @Override
  public String toString() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
