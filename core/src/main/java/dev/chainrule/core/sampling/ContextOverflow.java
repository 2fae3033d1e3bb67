package dev.chainrule.core.sampling;

/**
 * What happens when a sequence grows beyond what a decoder can hold ({@link
 * dev.chainrule.core.model.Decoder#capacity}): the decoder forgets everything and is fed the last
 * elements again, so that from there on each conditional is exactly the model's, given a window
 * that begins at the first of these and ends before the element in question.
 */
@FunctionalInterface
public interface ContextOverflow {
  /**
   * How many of the last elements are fed again.
   *
   * @param capacity of the decoder
   * @return from 1 to the capacity
   * @throws IllegalStateException if the sequence must not grow so far
   */
  int keep(int capacity);

  /** Too long a sequence is an error: for models of whole images and the like. */
  static ContextOverflow fail() {
    return capacity -> {
      throw new IllegalStateException(
          "a sequence longer than the %d elements that the model can see".formatted(capacity));
    };
  }

  /**
   * The window shrinks to half of the capacity and grows again: an element is conditioned on at
   * least half of what the model can see, at the cost of feeding each element twice at most.
   */
  static ContextOverflow keepHalf() {
    return capacity -> Math.max(1, capacity / 2);
  }

  /**
   * The window is always the last {@code capacity} elements, as in nanoGPT, at the cost of feeding
   * all of them again for each new one.
   */
  static ContextOverflow keepAll() {
    return capacity -> capacity;
  }
}
