package dev.chainrule.core.sampling;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.model.Decoder;
import java.util.Arrays;
import java.util.function.IntFunction;

/**
 * Ancestral sampling, the loop of all modalities: draws the elements of a batch of streams one
 * after the other, each from the conditional that the decoder gives for it.
 *
 * <p>Who wants the elements pulls them: {@link #begin} reads what is given, {@link Pull#next} draws
 * one more element of every stream; {@link #generate} pulls to the end.
 *
 * <p>A stream draws from a generator of its own, {@code CounterRandom.of(seed, n)} unless the
 * configuration says otherwise, and from nothing else: it comes out the same whatever other streams
 * are in the batch, and on any number of threads, as far as the decoder's conditionals do. A step
 * allocates nothing, unless the decoder, the sampler or the listener does.
 */
public final class Generator {
  private final Decoder decoder;
  private final IntFunction<? extends Sampler> samplers;
  private final DType elementType;
  private final int elementSize;

  /** A generator of classes: of int32 elements that are one number each. */
  public Generator(Decoder decoder, Sampler sampler) {
    this(decoder, sampler, DType.INT32, 1);
  }

  /**
   * A generator.
   *
   * @param elementType of what the decoder is fed
   * @param elementSize D; the decoder is fed [S] if it is 1, else [S, D]
   */
  public Generator(Decoder decoder, Sampler sampler, DType elementType, int elementSize) {
    this(decoder, stream -> sampler, elementType, elementSize);
  }

  /**
   * A generator whose streams draw each in its own way.
   *
   * @param samplers what a stream of the batch draws with
   * @param elementType of what the decoder is fed
   * @param elementSize D; the decoder is fed [S] if it is 1, else [S, D]
   */
  public Generator(
      Decoder decoder,
      IntFunction<? extends Sampler> samplers,
      DType elementType,
      int elementSize) {
    this.decoder = decoder;
    this.samplers = samplers;
    this.elementType = elementType;
    this.elementSize = elementSize;
  }

  /** Generates with nothing given before. */
  public Generation generate(GenerationConfig config) {
    return begin(config).toEnd();
  }

  /** Continues given elements to the end; see {@link #begin(Tensor, GenerationConfig)}. */
  public Generation generate(Tensor prompt, GenerationConfig config) {
    return begin(prompt, config).toEnd();
  }

  /** Begins with nothing given before. */
  public Pull begin(GenerationConfig config) {
    return begin(Tensor.zeros(elementType, shape(1, 0)), config);
  }

  /**
   * Begins with given elements.
   *
   * @param prompt [S, N] or [S, N, D], one beginning for each stream; or [1, N(, D)], the same for
   *     all. Of more elements than the decoder can hold it sees the last ones, unless {@link
   *     GenerationConfig#overflow} forbids that.
   */
  public Pull begin(Tensor prompt, GenerationConfig config) {
    int expectedRank = elementSize == 1 ? 2 : 3;
    boolean fits =
        prompt.rank() == expectedRank
            && (prompt.dim(0) == 1 || prompt.dim(0) == decoder.streams())
            && (elementSize == 1 || prompt.dim(2) == elementSize)
            && prompt.dtype() == elementType;
    if (!fits) {
      throw new IllegalArgumentException(
          "given elements %s, expected %s%s"
              .formatted(prompt, elementType, Arrays.toString(shape(decoder.streams(), -1))));
    }
    return new Pull(decoder, samplers, config, new History(decoder.streams(), prompt));
  }

  /** Shape [streams(, length)(, D)], -1 standing for any length. */
  private int[] shape(int streams, int length) {
    return elementSize == 1
        ? new int[] {streams, length}
        : new int[] {streams, length, elementSize};
  }
}
