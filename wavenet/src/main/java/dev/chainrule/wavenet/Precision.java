package dev.chainrule.wavenet;

import java.util.Locale;

/** How a decoder keeps its weights. Sums are float32 always. */
public enum Precision {
  /** As trained. */
  FLOAT32,
  /** Rounded to 8 significant bits: half the bytes. */
  BFLOAT16;

  /** The name as the user writes it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
