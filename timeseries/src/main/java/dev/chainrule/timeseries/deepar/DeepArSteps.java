package dev.chainrule.timeseries.deepar;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Parameter;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.kernel.Kernels;
import dev.chainrule.core.model.Lockstep;
import dev.chainrule.core.nn.Embedding;
import org.jspecify.annotations.Nullable;

/**
 * {@link DeepAr} one value at a time, many streams beside each other. Streams of one series may
 * share its past: {@link #repeat} makes as many as wanted from where it stands, which is their
 * beginning.
 */
final class DeepArSteps implements Lockstep {
  private final DeepAr model;
  private final Kernels kernels;
  private final Parameters parameters;
  private final WindowBatch conditions;
  private final int copies;
  private final int streams;
  private final int history;
  private final Tensor before;
  private final Tensor values;
  private final Tensor features;
  private final Tensor projected;
  private final Tensor vectors;
  private final Tensor ids;
  private final Tensor beside;
  private final Tensor conditional;
  private final Backbone.Steps steps;
  private final @Nullable DeepArSteps origin;
  private int position;

  /**
   * At the first step of the windows.
   *
   * @param engine on the processor's memory
   * @param parameters that do not change any more
   * @param conditions their elements are not read
   */
  DeepArSteps(DeepAr model, Engine engine, Parameters parameters, WindowBatch conditions) {
    this(model, engine.kernels(0), parameters, conditions, 1, conditions.history(), null);
  }

  /**
   * The same with so many streams of each window, each with a history of its own.
   *
   * @param before [B copies, L], stream s goes on from window s / copies
   */
  DeepArSteps(
      DeepAr model,
      Engine engine,
      Parameters parameters,
      WindowBatch conditions,
      int copies,
      Tensor before) {
    this(model, engine.kernels(0), parameters, conditions, copies, before, null);
  }

  private DeepArSteps(
      DeepAr model,
      Kernels kernels,
      Parameters parameters,
      WindowBatch conditions,
      int copies,
      Tensor before,
      @Nullable DeepArSteps origin) {
    this.kernels = kernels;
    this.origin = origin;
    this.parameters = parameters;
    this.before = before;
    this.model = model;
    this.conditions = conditions;
    this.copies = copies;
    DeepArConfig config = model.config();
    streams = conditions.size() * copies;
    history = config.historyLength();
    values = zeros(history + conditions.length(), streams);
    features = zeros(1, streams, model.numFeatures());
    projected = zeros(1, streams, config.network().inputDim());
    vectors = zeros(streams, config.network().inputDim());
    ids = Tensor.zeros(DType.INT32, streams);
    beside = zeros(streams, model.likelihood().numParameters());
    conditional = zeros(streams, model.likelihood().numParameters());
    steps =
        origin == null
            ? model.backbone.steps(kernels, parameters, streams, conditions.length())
            : origin.steps.repeat(streams / origin.streams);
    writePast();
    begin();
  }

  /**
   * So many streams of each of these, all where it stands, and where it has to stay; stream s goes
   * on from s / times.
   */
  DeepArSteps repeat(int times) {
    return new DeepArSteps(model, kernels, parameters, conditions, copies * times, before, this);
  }

  /** Each row so many times. */
  static void repeatRows(Tensor from, Tensor to, int times) {
    int width = from.dim(-1);
    for (long row = 0; row < to.rows(); row++) {
      for (int i = 0; i < width; i++) {
        to.set(row * width + i, from.get(row / times * width + i));
      }
    }
  }

  @Override
  public int streams() {
    return streams;
  }

  @Override
  public int capacity() {
    return conditions.length() - first();
  }

  @Override
  public void reset() {
    if (position > first()) {
      steps.reset();
      begin();
    }
  }

  /** The position at which the streams begin. */
  private int first() {
    return origin == null ? 0 : origin.position;
  }

  private void begin() {
    position = first();
    if (origin == null) {
      step();
    } else {
      repeatRows(origin.conditional, conditional, streams / origin.streams);
    }
  }

  /** Values before the first step do not change any more. */
  private void writePast() {
    int share = streams / (origin == null ? before.dim(0) : origin.streams);
    for (int row = 0; row < history + first(); row++) {
      for (int s = 0; s < streams; s++) {
        if (origin == null) {
          write(row, s, before.get((long) (s / share) * history + row));
        } else {
          double value = origin.values.get((long) row * origin.streams + s / share);
          values.set((long) row * streams + s, value);
        }
      }
    }
  }

  @Override
  public void feed(Tensor elements) {
    if (position == conditions.length()) {
      throw new IllegalStateException(
          "the decoder was made for %d steps, all are fed".formatted(capacity()));
    }
    for (int s = 0; s < streams; s++) {
      write(history + position, s, elements.get(s));
    }
    position++;
    if (position < conditions.length()) {
      step();
    }
  }

  @Override
  public Tensor conditional() {
    return conditional;
  }

  /** Keeps what the network sees of a value, or of what takes the place of a missing one. */
  private void write(int row, int stream, double value) {
    long at = (long) row * streams + stream;
    if (!Double.isNaN(value)) {
      int series = stream / copies;
      double moved = value - conditions.centres().get(series);
      values.set(at, moved / conditions.scales().get(series));
    } else if (row == 0) {
      values.set(at, 0);
    } else {
      int source = MissingInputs.source(row, model.config().substituteLag());
      values.set(at, values.get((long) source * streams + stream));
    }
  }

  /** From the values before the present position to its conditional. */
  private void step() {
    writeFeatures();
    Parameters p = parameters;
    kernels
        .linear()
        .linear(
            projected, features, p.value(model.input.weight()), value(model.input.bias()), null);
    for (int column = 0; column < model.categories.size(); column++) {
      Embedding table = model.categories.get(column);
      if (table != null) {
        DeepAr.writeColumn(ids, conditions.categories(), column, copies);
        kernels.linear().embedding(vectors, ids, p.value(table.table()));
        kernels.arrays().addScaled(projected, vectors, 1);
      }
    }
    Tensor x = steps.step(projected);
    kernels.linear().linear(beside, features, p.value(model.skip), null, null);
    kernels
        .linear()
        .linear(conditional, x, p.value(model.output.weight()), value(model.output.bias()), beside);
  }

  private @Nullable Tensor value(@Nullable Parameter parameter) {
    return parameter == null ? null : parameters.value(parameter);
  }

  private void writeFeatures() {
    int[] lags = model.config().lags();
    int covariates = model.config().numCovariates();
    int width = model.numFeatures();
    for (int i = 0; i < lags.length; i++) {
      long row = (long) (history + position - lags[i]) * streams;
      for (int s = 0; s < streams; s++) {
        features.set((long) s * width + i, values.get(row + s));
      }
    }
    for (int s = 0; s < streams; s++) {
      long from = ((long) (s / copies) * conditions.length() + position) * covariates;
      for (int i = 0; i < covariates; i++) {
        features.set((long) s * width + lags.length + i, conditions.covariates().get(from + i));
      }
    }
  }

  private static Tensor zeros(int... shape) {
    return Tensor.zeros(DType.FLOAT32, shape);
  }
}
