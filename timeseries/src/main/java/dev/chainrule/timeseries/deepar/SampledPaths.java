package dev.chainrule.timeseries.deepar;

import dev.chainrule.base.InputException;
import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.base.series.Series;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.model.Decoder;
import dev.chainrule.core.model.LockstepDecoder;
import dev.chainrule.core.model.RecomputingDecoder;
import dev.chainrule.core.sampling.GenerationConfig;
import dev.chainrule.core.sampling.Generator;
import dev.chainrule.core.sampling.Given;
import dev.chainrule.core.sampling.Pull;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Paths of some series beside each other, drawn by core's loop: the context is given, but for
 * values that are missing in it. The past of a series is read once for all its paths, until a value
 * is missing there: from then on each path has its own idea of it, drawn from the model as Salinas
 * et al. 2020 have it, and where the value lies before the context, by {@link PastValues#draw}.
 * Path p of a series depends on the seed, the series' place and p.
 *
 * <p>Where the network cannot be stepped ({@link DeepAr#stepsOn}) every path reads its whole past
 * at every step: slow, and the same numbers.
 */
final class SampledPaths implements Given {
  private final DeepAr model;
  private final Engine engine;
  private final Parameters kept;
  private final Windows windows;
  private final List<Series> series;
  private final int from;
  private final int numSamples;
  private final WindowBatch batch;
  private final CounterRandom[] rngs;
  private final int context;

  /** Steps of the context that are read once for all paths of a series. */
  private final int shared;

  /** Values before the context of each path, where a value is missing there. */
  private final @Nullable Tensor histories;

  /**
   * Which paths of each series.
   *
   * @param seed of all random numbers
   * @param place of the first series among all
   * @param first number of the first path
   * @param count of paths
   */
  record Numbers(long seed, long place, int first, int count) {
    CounterRandom random(int series, int path) {
      return CounterRandom.of(seed, 12, place + series, first + path);
    }
  }

  /**
   * At the end of the series.
   *
   * @param kept the model's parameters in the engine's memory
   * @param windows of all series
   * @param from number of the first one
   * @param batch their windows, whose forecast ranges begin where the series end
   */
  SampledPaths(
      DeepAr model,
      Engine engine,
      Parameters kept,
      Windows windows,
      List<Series> series,
      int from,
      WindowBatch batch,
      Numbers numbers) {
    this.model = model;
    this.engine = engine;
    this.kept = kept;
    this.windows = windows;
    this.series = series;
    this.from = from;
    this.batch = batch;
    numSamples = numbers.count();
    rngs = new CounterRandom[batch.size() * numSamples];
    for (int s = 0; s < rngs.length; s++) {
      rngs[s] = numbers.random(s / numSamples, s % numSamples);
    }
    context = model.config().contextLength();
    int gap = firstGap();
    shared = Math.max(0, gap);
    histories = gap < 0 ? drawnHistories() : null;
  }

  private int end(int b) {
    return series.get(from + b).length();
  }

  /** The first step of the context at which a value is missing; -1 for one before the context. */
  private int firstGap() {
    int gap = context;
    for (int b = 0; b < batch.size(); b++) {
      PastValues past = windows.past(from + b);
      int begin = end(b) - context;
      if (past.hasGap(begin - model.config().historyLength(), begin)) {
        return -1;
      }
      for (int t = 0; t < gap; t++) {
        if (past.hasGap(begin + t, begin + t + 1)) {
          gap = t;
        }
      }
    }
    return gap;
  }

  private Tensor drawnHistories() {
    int length = model.config().historyLength();
    Tensor drawn = Tensor.zeros(DType.FLOAT32, rngs.length, length);
    float[] history = new float[length];
    for (int s = 0; s < rngs.length; s++) {
      windows.drawHistory(history, from + s / numSamples, end(s / numSamples), rngs[s]);
      drawn.write((long) s * length, history, 0, length);
    }
    return drawn;
  }

  /** Draws [series][numSamples][horizon]. */
  double[][][] draw(int horizon) {
    double[][][] paths = new double[batch.size()][numSamples][horizon];
    GenerationConfig config =
        GenerationConfig.of(context - shared + horizon, number -> rngs[(int) number])
            .withGiven(this)
            .withListener((s, index, element, logProb) -> keep(paths, s, shared + index, element));
    boolean stepped = model.stepsOn(engine);
    try (Decoder decoder = stepped ? stepped() : recomputed()) {
      Generator generator =
          new Generator(
              decoder,
              s -> SeriesSampler.of(model.likelihood(), batch, s / numSamples),
              DType.FLOAT32,
              1);
      Pull pull =
          stepped
              ? generator.begin(config)
              : generator.begin(batch.repeat(numSamples).first(shared), config);
      while (pull.next()) {
        // Each call draws one step of every path.
      }
    }
    return paths;
  }

  private Decoder recomputed() {
    WindowBatch all = batch.repeat(numSamples);
    WindowBatch before = histories == null ? all : all.withHistory(histories);
    return new RecomputingDecoder<>(model, engine, kept, before, before.length());
  }

  private Decoder stepped() {
    Tensor drawn = histories;
    if (drawn == null) {
      return new LockstepDecoder(
          read(batch).repeat(numSamples),
          s -> read(batch.slice(s / numSamples, s / numSamples + 1)).repeat(1),
          DType.FLOAT32);
    }
    return new LockstepDecoder(
        new DeepArSteps(model, engine, kept, batch, numSamples, drawn),
        s -> {
          WindowBatch window = batch.slice(s / numSamples, s / numSamples + 1);
          return new DeepArSteps(model, engine, kept, window, 1, drawn.slice(s, s + 1));
        },
        DType.FLOAT32);
  }

  /** One stream a series, fed what all its paths share. */
  private DeepArSteps read(WindowBatch some) {
    DeepArSteps steps = new DeepArSteps(model, engine, kept, some);
    Tensor element = Tensor.zeros(DType.FLOAT32, some.size());
    for (int t = 0; t < shared; t++) {
      for (int b = 0; b < some.size(); b++) {
        element.set(b, some.elements().get((long) b * some.length() + t));
      }
      steps.feed(element);
    }
    return steps;
  }

  @Override
  public boolean get(int path, int index, double[] element) {
    int t = shared + index;
    int b = path / numSamples;
    if (isDrawn(b, t)) {
      return false;
    }
    element[0] = value(b, t);
    return true;
  }

  /**
   * What is given takes no random numbers: a path without gaps begins with the first of its own.
   */
  @Override
  public boolean keepsPace() {
    return false;
  }

  /** Whether step t of a window is: beyond the end, or missing after the series' first value. */
  private boolean isDrawn(int b, int t) {
    return t >= context
        || (Double.isNaN(value(b, t)) && end(b) - context + t > windows.past(from + b).first());
  }

  private double value(int b, int t) {
    return batch.elements().get((long) b * batch.length() + t);
  }

  private void keep(double[][][] paths, int path, int t, double[] element) {
    int b = path / numSamples;
    if (Double.isNaN(element[0]) && isDrawn(b, t)) {
      Series drawn = series.get(from + b);
      throw new InputException(
          "%s: the forecast of %s is no finite number; the model's training diverged, or it runs away from its own draws"
              .formatted(drawn.place(), drawn.time(drawn.length() + (long) t - context)));
    }
    if (t >= context) {
      paths[b][path % numSamples][t - context] = element[0];
    }
  }
}
