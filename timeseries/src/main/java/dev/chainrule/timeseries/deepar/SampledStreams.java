package dev.chainrule.timeseries.deepar;

import dev.chainrule.base.InputException;
import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.base.series.Series;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.model.Lockstep;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Paths of some series beside each other, of which each is fed its own draws. The past of a series
 * is read once for all its paths, until a value is missing there: from then on each path has its
 * own idea of it, drawn from the model as Salinas et al. 2020 have it, and where the value lies
 * before the context, by {@link PastValues#draw}. Path p of a series depends on the seed, the
 * series' place and p.
 */
final class SampledStreams {
  private final DeepAr model;
  private final Engine engine;
  private final Parameters kept;
  private final Windows windows;
  private final List<Series> series;
  private final int from;
  private final int numSamples;
  private final WindowBatch batch;
  private final RandomGenerator[] rngs;
  private final Lockstep decoder;
  private final float[] row;

  /**
   * At the end of the series.
   *
   * @param engine on the processor's memory
   * @param windows of all series
   * @param from number of the first one
   * @param batch their windows, whose forecast ranges begin where the series end
   */
  SampledStreams(
      DeepAr model,
      Engine engine,
      Windows windows,
      List<Series> series,
      int from,
      WindowBatch batch,
      int numSamples,
      long seed) {
    this.model = model;
    this.engine = engine;
    this.kept = model.parameters().snapshot(engine);
    this.windows = windows;
    this.series = series;
    this.from = from;
    this.batch = batch;
    this.numSamples = numSamples;
    row = new float[model.likelihood().numParameters()];
    rngs = new RandomGenerator[batch.size() * numSamples];
    for (int s = 0; s < rngs.length; s++) {
      rngs[s] = CounterRandom.of(seed, 12, from + s / numSamples, s % numSamples);
    }
    int context = model.config().contextLength();
    int gap = firstGap(context);
    decoder = gap < 0 ? withDrawnHistories() : read(gap).repeat(numSamples);
    Tensor next = Tensor.zeros(DType.FLOAT32, rngs.length);
    for (int t = Math.max(0, gap); t < context; t++) {
      for (int s = 0; s < rngs.length; s++) {
        int b = s / numSamples;
        double value = batch.elements().get((long) b * batch.length() + t);
        boolean gone = Double.isNaN(value) && end(b) - context + t > windows.past(from + b).first();
        next.set(s, gone ? draw(s, t - context) : value);
      }
      decoder.feed(next);
    }
  }

  private int end(int b) {
    return series.get(from + b).length();
  }

  /** The first step of the context at which a value is missing; -1 for one before the context. */
  private int firstGap(int context) {
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

  /** One stream a series, fed its context up to a step. */
  private DeepArSteps read(int steps) {
    DeepArSteps shared = new DeepArSteps(model, engine, kept, batch);
    Tensor element = Tensor.zeros(DType.FLOAT32, batch.size());
    for (int t = 0; t < steps; t++) {
      for (int b = 0; b < batch.size(); b++) {
        element.set(b, batch.elements().get((long) b * batch.length() + t));
      }
      shared.feed(element);
    }
    return shared;
  }

  private DeepArSteps withDrawnHistories() {
    int length = model.config().historyLength();
    Tensor histories = Tensor.zeros(DType.FLOAT32, rngs.length, length);
    float[] history = new float[length];
    for (int s = 0; s < rngs.length; s++) {
      windows.drawHistory(history, from + s / numSamples, end(s / numSamples), rngs[s]);
      histories.write((long) s * length, history, 0, length);
    }
    return new DeepArSteps(model, engine, kept, batch, numSamples, histories);
  }

  /** How many paths of all series there are. */
  int count() {
    return rngs.length;
  }

  /**
   * A draw of the present step for a path.
   *
   * @param step from 0 at the end of the series
   */
  double draw(int s, int step) {
    int b = s / numSamples;
    decoder.conditional().read((long) s * row.length, row, 0, row.length);
    double value = model.likelihood().draw(row, batch.scales().get(b), rngs[s]);
    if (Double.isNaN(value)) {
      Series drawn = series.get(from + b);
      throw new InputException(
          "%s: the forecast of %s is no finite number; the model's training diverged, or it runs away from its own draws"
              .formatted(drawn.place(), drawn.time(drawn.length() + (long) step)));
    }
    return batch.centres().get(b) + value;
  }

  /** All paths go on by an element each. */
  void feed(Tensor elements) {
    decoder.feed(elements);
  }
}
