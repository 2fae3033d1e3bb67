package dev.chainrule.text.run;

import java.util.Locale;

/** Why a continuation ended. */
public enum Finish {
  /** A token that ends texts, what the caller said, or a structure after which nothing follows. */
  STOP,
  /** One of the texts before which it was to end. */
  STOP_STRING,
  /** As many tokens as were wanted: what it was to be may not be complete. */
  LENGTH,
  /** From outside. */
  CANCELLED;

  /** As {@code --json} prints it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
