package dev.chainrule.text.serving;

/** As many texts wait as may; later there may be room. */
public final class QueueFullException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int retrySeconds;

  QueueFullException(int waiting, int retrySeconds) {
    super(
        "%d texts wait already, expected fewer; try again in %d s"
            .formatted(waiting, retrySeconds));
    this.retrySeconds = retrySeconds;
  }

  /** In how many seconds a text may have ended, 1 or more. */
  public int retrySeconds() {
    return retrySeconds;
  }
}
