package dev.chainrule.arima.forecast;

/** Hears how far the work is, on one thread, and can stop it. */
public interface Watch {
  /** Nobody. */
  Watch NONE = new Watch() {};

  /**
   * Something begins.
   *
   * @param task what, in a word
   * @param series that will be done
   */
  default void begin(String task, int series) {}

  /** One series more is done. */
  default void advance() {}

  /** It has ended. */
  default void end() {}

  /** Whether the work is to end early. */
  default boolean stop() {
    return false;
  }
}
