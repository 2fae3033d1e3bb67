package dev.chainrule.core.engine;

/** An engine's device refused or failed; the message is one sentence. */
public abstract class DeviceException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With the whole sentence. */
  protected DeviceException(String sentence) {
    super(sentence);
  }

  /** Whether this process cannot use the device any more: what was in its memory is lost. */
  public abstract boolean isFatal();
}
