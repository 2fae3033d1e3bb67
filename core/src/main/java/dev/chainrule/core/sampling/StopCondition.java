package dev.chainrule.core.sampling;

/** Decides, after each element, whether its stream ends there. */
@FunctionalInterface
public interface StopCondition {
  /**
   * Whether the stream ends with this element, which is kept.
   *
   * @param stream number of the stream in the batch
   * @param element [D], not to be kept
   */
  boolean stops(int stream, double[] element);

  /** Streams run to their full length. */
  static StopCondition never() {
    return (stream, element) -> false;
  }

  /** A stream ends with any of these classes, for instance an end-of-text token. */
  static StopCondition atClasses(int... classes) {
    int[] copy = classes.clone();
    return (stream, element) -> {
      for (int id : copy) {
        if (element[0] == id) {
          return true;
        }
      }
      return false;
    };
  }
}
