package dev.chainrule.core.sampling;

import dev.chainrule.base.random.CounterRandom;
import java.util.function.BooleanSupplier;
import java.util.function.LongFunction;

/**
 * How a {@link Generator} runs.
 *
 * @param maxNewElements elements to generate in each stream, at most
 * @param random the generator of a stream's number, the only source of its random numbers; asked
 *     once for each stream
 * @param firstStream number of the first stream of the batch: a batch of streams 4 to 7 gives what
 *     these four give in a batch of 0 to 7
 * @param given elements that are not drawn; unless it says otherwise an element is drawn and thrown
 *     away in their place, so that element t of a stream always meets the same random numbers
 * @param overflow what happens beyond the decoder's capacity
 * @param stop which elements end a stream
 * @param listener hears of each element
 * @param cancelled asked before each element; true ends generation with what there is
 */
public record GenerationConfig(
    int maxNewElements,
    LongFunction<CounterRandom> random,
    long firstStream,
    Given given,
    ContextOverflow overflow,
    StopCondition stop,
    ElementListener listener,
    BooleanSupplier cancelled) {

  public GenerationConfig {
    if (maxNewElements < 0) {
      throw new IllegalArgumentException(
          "%d new elements, expected 0 or more".formatted(maxNewElements));
    }
    if (firstStream < 0) {
      throw new IllegalArgumentException(
          "first stream %d, expected 0 or more".formatted(firstStream));
    }
  }

  /**
   * Streams from 0 to their full length, within the decoder's capacity; stream n draws from {@code
   * CounterRandom.of(seed, n)}.
   */
  public static GenerationConfig of(int maxNewElements, long seed) {
    return of(maxNewElements, number -> CounterRandom.of(seed, number));
  }

  /** The same with other generators, by the stream's number. */
  public static GenerationConfig of(int maxNewElements, LongFunction<CounterRandom> random) {
    return new GenerationConfig(
        maxNewElements,
        random,
        0,
        Given.nothing(),
        ContextOverflow.fail(),
        StopCondition.never(),
        (stream, index, element, logProb) -> {},
        () -> false);
  }

  public GenerationConfig withFirstStream(long number) {
    return new GenerationConfig(
        maxNewElements, random, number, given, overflow, stop, listener, cancelled);
  }

  public GenerationConfig withGiven(Given known) {
    return new GenerationConfig(
        maxNewElements, random, firstStream, known, overflow, stop, listener, cancelled);
  }

  public GenerationConfig withOverflow(ContextOverflow policy) {
    return new GenerationConfig(
        maxNewElements, random, firstStream, given, policy, stop, listener, cancelled);
  }

  public GenerationConfig withStop(StopCondition condition) {
    return new GenerationConfig(
        maxNewElements, random, firstStream, given, overflow, condition, listener, cancelled);
  }

  public GenerationConfig withListener(ElementListener hearer) {
    return new GenerationConfig(
        maxNewElements, random, firstStream, given, overflow, stop, hearer, cancelled);
  }

  public GenerationConfig withCancelled(BooleanSupplier flag) {
    return new GenerationConfig(
        maxNewElements, random, firstStream, given, overflow, stop, listener, flag);
  }
}
