package dev.chainrule.pixelcnn;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.model.Decoder;
import dev.chainrule.base.parallel.Workers;
import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.core.sampling.Sampler;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
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
      Request request, Workers workers, Listener listener, BooleanSupplier cancelled) {
    Sample[] samples = new Sample[request.given.length];
    workers.run(
        worker -> {
          int from = (int) workers.from(samples.length, worker);
          int to = (int) workers.from(samples.length, worker + 1);
          for (int first = from; first < to; first += batch) {
            drawBatch(request, first, Math.min(to, first + batch), samples, listener, cancelled);
          }
        });
    return List.of(samples);
  }

  private void drawBatch(
      Request request,
      int from,
      int to,
      Sample[] samples,
      Listener listener,
      BooleanSupplier cancelled) {
    int streams = to - from;
    int values = model.format().dimensions();
    int[][] levels = new int[streams][values];
    double[] logProb = new double[streams];
    int[] drawn = new int[streams];
    CounterRandom[] random = new CounterRandom[streams];
    for (int s = 0; s < streams; s++) {
      random[s] = CounterRandom.of(request.seed, from + s);
    }
    Sampler sampler = model.sampler(temperature);
    float[] row = new float[model.output().numParameters(model.format().levels())];
    double[] element = new double[1];
    Tensor next = Tensor.zeros(DType.INT32, streams);
    try (Decoder decoder = model.decoder(request.condition.slice(from, to))) {
      for (int t = 0; t < values; t++) {
        if (cancelled.getAsBoolean()) {
          throw new java.util.concurrent.CancellationException("sampling was stopped");
        }
        Tensor conditional = decoder.conditional();
        for (int s = 0; s < streams; s++) {
          int given = request.given[from + s][t];
          copyRow(conditional, s, row);
          double logProbability = sampler.sample(row, random[s], element);
          if (given == UNKNOWN) {
            levels[s][t] = (int) element[0];
            logProb[s] += logProbability;
            drawn[s]++;
          } else {
            levels[s][t] = given;
          }
          next.set(s, levels[s][t]);
        }
        decoder.feed(next);
        listener.drawn(streams);
      }
    }
    for (int s = 0; s < streams; s++) {
      samples[from + s] = new Sample(levels[s], logProb[s], drawn[s]);
    }
  }

  private static void copyRow(Tensor conditional, int stream, float[] row) {
    long from = 4L * stream * row.length;
    MemorySegment.copy(conditional.segment(), ValueLayout.JAVA_FLOAT, from, row, 0, row.length);
  }
}
