package dev.chainrule.core.sampling;

/** Hears of each element as soon as it is generated. */
@FunctionalInterface
public interface ElementListener {
  /**
   * Called on the generating thread.
   *
   * @param stream number of the stream in the batch
   * @param index number of the element among the generated ones of its stream, from 0
   * @param element [D], overwritten later
   * @param logProb nats, as {@link Sampler#sample} gives it
   */
  void accept(int stream, int index, double[] element, double logProb);
}
