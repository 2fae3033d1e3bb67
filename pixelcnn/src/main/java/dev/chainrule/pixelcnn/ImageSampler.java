package dev.chainrule.pixelcnn;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.model.Decoder;
import dev.chainrule.core.sampling.Generation;
import dev.chainrule.core.sampling.GenerationConfig;
import dev.chainrule.core.sampling.Generator;
import dev.chainrule.core.sampling.Pull;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/**
 * Draws images, several beside each other on each of several threads, all or part of each image.
 * Image n draws from {@code CounterRandom.of(seed, n)}, value t of it with the t-th number, so that
 * it comes out the same in any batch.
 */
public final class ImageSampler {
  /** A value that is to be drawn, in an image of which others are given. */
  public static final int UNKNOWN = -1;

  /**
   * What to draw.
   *
   * @param given the levels of each image in raster order, {@link #UNKNOWN} where they are drawn
   * @param condition of each image: classes [N], int32, or vectors [N, D], float32
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record Request(int[][] given, Tensor condition, long seed) {
    /** Whole images. */
    public static Request whole(ImageFormat format, Tensor condition, long seed) {
      int[] unknown = new int[format.dimensions()];
      Arrays.fill(unknown, UNKNOWN);
      int[][] given = new int[condition.dim(0)][];
      Arrays.fill(given, unknown);
      return new Request(given, condition, seed);
    }
  }

  /**
   * A drawn image.
   *
   * @param levels in raster order
   * @param logProb of the drawn values under the model, whatever the temperature, in nats
   * @param drawn number of values that were drawn
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record Sample(int[] levels, double logProb, int drawn) {}

  /** Hears of values as they are drawn, on any thread. */
  @FunctionalInterface
  public interface Listener {
    void drawn(int values);
  }

  private final ImageModel model;
  private final double temperature;
  private final int batch;

  /**
   * A sampler.
   *
   * @param temperature 1 for the model's own distribution, 0 for greedy
   * @param batch most images beside each other on a thread
   */
  public ImageSampler(ImageModel model, double temperature, int batch) {
    this.model = model;
    this.temperature = temperature;
    this.batch = batch;
  }

  /**
   * Draws.
   *
   * @param cancelled asked before each value; true ends with an exception
   */
  public List<Sample> draw(
      Request request, Engine engine, Listener listener, BooleanSupplier cancelled) {
    Sample[] samples = new Sample[request.given.length];
    model.parameters().moveTo(engine);
    engine.run(
        worker -> {
          Engine own = engine.worker(worker);
          int from = (int) engine.from(samples.length, worker);
          int to = (int) engine.from(samples.length, worker + 1);
          for (int first = from; first < to; first += batch) {
            int end = Math.min(to, first + batch);
            drawBatch(own, request, first, end, samples, listener, cancelled);
          }
        });
    return List.of(samples);
  }

  private void drawBatch(
      Engine engine,
      Request request,
      int from,
      int to,
      Sample[] samples,
      Listener listener,
      BooleanSupplier cancelled) {
    int values = model.format().dimensions();
    GenerationConfig config =
        GenerationConfig.of(values, request.seed)
            .withFirstStream(from)
            .withCancelled(cancelled)
            .withGiven((s, t, level) -> given(request.given[from + s][t], level));
    try (Decoder decoder = model.decoder(engine, request.condition.slice(from, to))) {
      Pull pull = new Generator(decoder, model.sampler(temperature)).begin(config);
      while (pull.next()) {
        listener.drawn(to - from);
      }
      Generation generation = pull.generation();
      if (generation.cancelled()) {
        throw new CancellationException("sampling was stopped");
      }
      for (int s = 0; s < to - from; s++) {
        Generation.Sequence sequence = generation.sequences().get(s);
        int drawn = (int) Arrays.stream(request.given[from + s]).filter(v -> v == UNKNOWN).count();
        samples[from + s] = new Sample(sequence.elements().toInts(), sequence.logProb(), drawn);
      }
    }
  }

  private static boolean given(int value, double[] level) {
    level[0] = value;
    return value != UNKNOWN;
  }
}
