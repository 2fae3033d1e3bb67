package dev.chainrule.text.serving;

/** Why a text ended. */
public enum Ending {
  /** The model ended it, or a stop string. */
  STOP,
  /** As many tokens as wanted are there, or as fit the context. */
  LENGTH,
  /** Who asked for it no longer wants it. */
  CANCELLED,
  /** The time for it is over. */
  TIMED_OUT,
  /** The service was closed. */
  CLOSED,
  /** It cannot be drawn. */
  FAILED;

  /** Whether the text is whole. */
  public boolean isWhole() {
    return this == STOP || this == LENGTH;
  }
}
