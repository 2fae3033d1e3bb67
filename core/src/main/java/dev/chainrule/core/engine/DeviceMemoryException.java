package dev.chainrule.core.engine;

/** A device has less memory than was asked for: how much of each is in the message. */
public final class DeviceMemoryException extends DeviceException {
  private static final long serialVersionUID = 1L;

  /** With the whole sentence. */
  public DeviceMemoryException(String sentence) {
    super(sentence);
  }

  @Override
  public boolean isFatal() {
    return false;
  }
}
