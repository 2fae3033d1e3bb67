package dev.chainrule.core.sampling;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.model.Decoder;
import dev.chainrule.base.random.CounterRandom;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Ancestral sampling: draws the elements of a batch of streams one after the other, each from the
 * conditional that the decoder gives for it.
 *
 * <p>Stream n draws from {@code CounterRandom.of(seed, n)} and from nothing else: it comes out the
 * same whatever other streams are in the batch, and on any number of threads, as far as the
 * decoder's conditionals do. A step allocates nothing, unless the decoder, the sampler or the
 * listener does.
 */
public final class Generator {
  private final Decoder decoder;
  private final Sampler sampler;
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
    this.decoder = decoder;
    this.sampler = sampler;
    this.elementType = elementType;
    this.elementSize = elementSize;
  }

  /** Generates with nothing given. */
  public Generation generate(GenerationConfig config) {
    return new Run(config, null).generate();
  }

  /**
   * Continues given elements.
   *
   * @param given [S, N] or [S, N, D], one beginning for each stream; or [1, N(, D)], the same for
   *     all. Of more elements than the decoder can hold it sees the last ones, unless {@link
   *     GenerationConfig#overflow} forbids that.
   */
  public Generation generate(Tensor given, GenerationConfig config) {
    int expectedRank = elementSize == 1 ? 2 : 3;
    boolean fits =
        given.rank() == expectedRank
            && (given.dim(0) == 1 || given.dim(0) == decoder.streams())
            && (elementSize == 1 || given.dim(2) == elementSize)
            && given.dtype() == elementType;
    if (!fits) {
      throw new IllegalArgumentException(
          "given elements %s, expected %s%s"
              .formatted(given, elementType, Arrays.toString(shape(decoder.streams(), -1))));
    }
    return new Run(config, given).generate();
  }

  /** Shape [streams(, length)(, D)], -1 standing for any length. */
  private int[] shape(int streams, int length) {
    return elementSize == 1
        ? new int[] {streams, length}
        : new int[] {streams, length, elementSize};
  }

  /** One call of generate. */
  private final class Run {
    private final GenerationConfig config;
    private final int streams = decoder.streams();
    private final int givenLength;

    /** All elements of all streams, given and generated [S, givenLength + maxNewElements, D]. */
    private final Tensor history;

    private final Tensor next;
    private final double[] element = new double[elementSize];
    private final double[][] logProbs;
    private final int[] lengths = new int[streams];
    private final boolean[] stopped = new boolean[streams];
    private final CounterRandom[] random = new CounterRandom[streams];
    private float[] row = new float[0];
    private @Nullable Tensor window;

    Run(GenerationConfig config, @Nullable Tensor given) {
      this.config = config;
      this.givenLength = given == null ? 0 : given.dim(1);
      int room = Math.addExact(givenLength, config.maxNewElements());
      history = Tensor.zeros(elementType, streams, room, elementSize);
      next =
          elementSize == 1
              ? Tensor.zeros(elementType, streams)
              : Tensor.zeros(elementType, streams, elementSize);
      logProbs = new double[streams][config.maxNewElements()];
      for (int s = 0; s < streams; s++) {
        random[s] = CounterRandom.of(config.seed(), config.firstStream() + s);
        if (given != null) {
          copyGiven(given, s);
        }
      }
    }

    private void copyGiven(Tensor given, int stream) {
      long bytes = (long) givenLength * elementSize * elementType.bytes();
      long from = given.dim(0) == 1 ? 0 : stream * bytes;
      MemorySegment.copy(given.segment(), from, history.segment(), offset(stream, 0), bytes);
    }

    /** Bytes before an element in the history. */
    private long offset(int stream, int index) {
      return ((long) stream * history.dim(1) + index) * elementSize * elementType.bytes();
    }

    Generation generate() {
      decoder.reset();
      if (givenLength > decoder.capacity()) {
        config.overflow().keep(decoder.capacity());
      }
      if (givenLength > 0) {
        feedLast(givenLength, Math.min(givenLength, decoder.capacity()));
      }
      boolean cancelled = false;
      for (int t = 0; t < config.maxNewElements() && running(); t++) {
        if (config.cancelled().getAsBoolean()) {
          cancelled = true;
          break;
        }
        if (t > 0) {
          feed(givenLength + t);
        }
        step(t);
      }
      return result(cancelled);
    }

    private boolean running() {
      for (boolean ended : stopped) {
        if (!ended) {
          return true;
        }
      }
      return false;
    }

    /** Feeds the newest element of a history of this length. */
    private void feed(int length) {
      if (decoder.position() < decoder.capacity()) {
        decoder.feed(next);
        return;
      }
      int keep = config.overflow().keep(decoder.capacity());
      decoder.reset();
      feedLast(length, Math.min(length, keep));
    }

    /** Feeds the last n elements of a history of this length. */
    private void feedLast(int length, int n) {
      Tensor last = window;
      if (last == null || last.dim(1) != n) {
        last = Tensor.zeros(elementType, shape(streams, n));
        window = last;
      }
      long bytes = (long) n * elementSize * elementType.bytes();
      for (int s = 0; s < streams; s++) {
        long from = offset(s, length - n);
        MemorySegment.copy(history.segment(), from, last.segment(), s * bytes, bytes);
      }
      decoder.feedAll(last);
    }

    /** Draws element t of all streams that have not ended; ended ones repeat their last. */
    private void step(int t) {
      Tensor conditional = decoder.conditional();
      for (int s = 0; s < streams; s++) {
        long at = (long) s * history.dim(1) + givenLength + t;
        if (stopped[s]) {
          long bytes = (long) elementSize * elementType.bytes();
          MemorySegment.copy(next.segment(), s * bytes, history.segment(), at * bytes, bytes);
          continue;
        }
        double logProb = sampler.sample(row(conditional, s), random[s], element);
        logProbs[s][t] = logProb;
        lengths[s] = t + 1;
        for (int d = 0; d < elementSize; d++) {
          next.set((long) s * elementSize + d, element[d]);
          history.set(at * elementSize + d, element[d]);
        }
        config.listener().accept(s, t, element, logProb);
        stopped[s] = config.stop().stops(s, element);
      }
    }

    private float[] row(Tensor conditional, int stream) {
      int n = conditional.dim(-1);
      if (row.length != n) {
        row = new float[n];
      }
      if (conditional.dtype() == DType.FLOAT32) {
        MemorySegment.copy(
            conditional.segment(), ValueLayout.JAVA_FLOAT, 4L * stream * n, row, 0, n);
      } else {
        for (int i = 0; i < n; i++) {
          row[i] = (float) conditional.get((long) stream * n + i);
        }
      }
      return row;
    }

    private Generation result(boolean cancelled) {
      List<Generation.Sequence> sequences = new ArrayList<>();
      for (int s = 0; s < streams; s++) {
        int n = lengths[s];
        long from = ((long) s * history.dim(1) + givenLength) * elementSize;
        Tensor elements =
            elementSize == 1 ? history.range(from, n) : history.range(from, n, elementSize);
        sequences.add(new Generation.Sequence(elements, Arrays.copyOf(logProbs[s], n), stopped[s]));
      }
      return new Generation(sequences, cancelled);
    }
  }
}
