package dev.chainrule.core.sampling;

import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.model.Decoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Generation under way: each {@link #next} draws one more element of every stream. What was drawn
 * last is fed to the decoder only when more is asked for.
 */
public final class Pull {
  private final Decoder decoder;
  private final Sampler[] samplers;
  private final GenerationConfig config;
  private final History history;
  private final int streams;
  private final double[] element;
  private final double[] known;
  private final double[][] logProbs;
  private final int[] lengths;
  private final boolean[] stopped;
  private final CounterRandom[] random;
  private float[] row = new float[0];

  /** Those of the elements to be drawn now; null until one is needed: all may be given. */
  private @Nullable Tensor conditional;

  private int drawn;
  private boolean cancelled;

  Pull(
      Decoder decoder,
      IntFunction<? extends Sampler> samplers,
      GenerationConfig config,
      History history) {
    this.decoder = decoder;
    this.config = config;
    this.history = history;
    streams = decoder.streams();
    element = new double[history.elementSize()];
    known = new double[history.elementSize()];
    logProbs = new double[streams][16];
    lengths = new int[streams];
    stopped = new boolean[streams];
    this.samplers = new Sampler[streams];
    random = new CounterRandom[streams];
    for (int s = 0; s < streams; s++) {
      this.samplers[s] = samplers.apply(s);
      random[s] = config.random().apply(config.firstStream() + s);
    }
    decoder.reset();
    int length = history.promptLength();
    if (length > decoder.capacity()) {
      config.overflow().keep(decoder.capacity());
    }
    if (length > 0) {
      int seen = Math.min(length, decoder.capacity());
      decoder.feedAll(history.last(length, seen));
    }
  }

  /**
   * Draws one more element of every stream that has not ended.
   *
   * @return false if nothing was drawn: all streams have ended, as many elements as wanted are
   *     there, or generation was cancelled
   */
  public boolean next() {
    if (drawn == config.maxNewElements() || !running()) {
      return false;
    }
    cancelled = config.cancelled().getAsBoolean();
    if (cancelled) {
      return false;
    }
    if (drawn > 0) {
      feed();
    }
    draw();
    drawn++;
    return true;
  }

  /** Number d of the element that a stream drew last. */
  public double element(int stream, int d) {
    return history.next().get((long) stream * history.elementSize() + d);
  }

  /** Its log-probability in nats, as {@link Sampler#sample} gives it. */
  public double logProb(int stream) {
    return logProbs[stream][lengths[stream] - 1];
  }

  /** Elements drawn so far of each stream that has not ended. */
  public int drawn() {
    return drawn;
  }

  /** Draws until nothing is left to draw. */
  public Generation toEnd() {
    while (next()) {
      // Each call draws one element of every stream.
    }
    return generation();
  }

  /** What there is by now. */
  public Generation generation() {
    List<Generation.Sequence> sequences = new ArrayList<>();
    for (int s = 0; s < streams; s++) {
      int n = lengths[s];
      sequences.add(
          new Generation.Sequence(
              history.generated(s, n), Arrays.copyOf(logProbs[s], n), stopped[s]));
    }
    return new Generation(sequences, cancelled);
  }

  private boolean running() {
    for (boolean ended : stopped) {
      if (!ended) {
        return true;
      }
    }
    return false;
  }

  /** Feeds the elements drawn last; beyond the decoder's capacity, a window of the last ones. */
  private void feed() {
    int length = history.promptLength() + drawn;
    if (decoder.position(0) < decoder.capacity()) {
      decoder.feed(history.next());
      return;
    }
    int keep = config.overflow().keep(decoder.capacity());
    decoder.reset();
    decoder.feedAll(history.last(length, Math.min(length, keep)));
  }

  private void draw() {
    conditional = null;
    history.ensure(drawn);
    if (drawn == logProbs[0].length) {
      for (int s = 0; s < streams; s++) {
        logProbs[s] = Arrays.copyOf(logProbs[s], 2 * drawn);
      }
    }
    for (int s = 0; s < streams; s++) {
      if (stopped[s]) {
        history.repeat(s, drawn);
        continue;
      }
      boolean given = config.given().get(s, drawn, known);
      double logProb = given && !config.given().keepsPace() ? 0 : sample(s);
      if (given) {
        System.arraycopy(known, 0, element, 0, known.length);
        logProb = 0;
      }
      logProbs[s][drawn] = logProb;
      lengths[s] = drawn + 1;
      history.put(s, drawn, element);
      config.listener().accept(s, drawn, element, logProb);
      stopped[s] = config.stop().stops(s, element);
    }
  }

  private double sample(int stream) {
    Tensor rows = conditional;
    if (rows == null) {
      rows = decoder.conditional();
      conditional = rows;
    }
    int width = rows.dim(-1);
    if (row.length != width) {
      row = new float[width];
    }
    rows.read((long) stream * width, row, 0, width);
    return samplers[stream].sample(row, random[stream], element);
  }
}
