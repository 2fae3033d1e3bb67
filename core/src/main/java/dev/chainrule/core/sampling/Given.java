package dev.chainrule.core.sampling;

/** Elements that are known beforehand among those that are drawn: the rest of a damaged image. */
@FunctionalInterface
public interface Given {
  /**
   * Whether an element is given.
   *
   * @param stream number of the stream in the batch
   * @param index of the element among those generated, from 0
   * @param element [D], written if it is given
   */
  boolean get(int stream, int index, double[] element);

  /**
   * Whether an element is drawn, and thrown away, in place of one that is given, so that element t
   * of a stream meets the same random numbers whatever is given.
   */
  default boolean keepsPace() {
    return true;
  }

  /** All elements are drawn. */
  static Given nothing() {
    return (stream, index, element) -> false;
  }
}
