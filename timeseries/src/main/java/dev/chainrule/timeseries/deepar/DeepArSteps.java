package dev.chainrule.timeseries.deepar;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Parameter;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.kernel.Kernels;
import dev.chainrule.core.model.Lockstep;
import dev.chainrule.core.nn.Embedding;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@link DeepAr} one value at a time, many streams beside each other. Values are kept at the host,
 * which makes the features of a step of them; the network's state is kept by the engine. Streams of
 * one series may share its past: {@link #repeat} makes as many as wanted from where it stands,
 * which is their beginning.
 */
final class DeepArSteps implements Lockstep {
  private final DeepAr model;
  private final Engine engine;
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
  private final Tensor placedFeatures;

  /** What categories add, for each that there are vectors of. */
  private final List<Tensor> vectors = new ArrayList<>();

  private final Tensor beside;
  private final Tensor placedConditional;
  private final Tensor conditional;
  private final Runnable network;
  private final Backbone.Steps steps;
  private final @Nullable DeepArSteps origin;
  private int position;

  /** Whether the conditional has come to the host since the last step. */
  private boolean read;

  /**
   * At the first step of the windows.
   *
   * @param engine for which {@link DeepAr#stepsOn}
   * @param parameters that do not change any more
   * @param conditions their elements are not read
   */
  DeepArSteps(DeepAr model, Engine engine, Parameters parameters, WindowBatch conditions) {
    this(model, engine, parameters, conditions, 1, conditions.history(), null);
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
    this(model, engine, parameters, conditions, copies, before, null);
  }

  private DeepArSteps(
      DeepAr model,
      Engine engine,
      Parameters parameters,
      WindowBatch conditions,
      int copies,
      Tensor before,
      @Nullable DeepArSteps origin) {
    this.engine = engine;
    kernels = engine.kernels(0);
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
    placedFeatures = engine.place(features);
    projected = engine.zeros(DType.FLOAT32, 1, streams, config.network().inputDim());
    beside = engine.zeros(DType.FLOAT32, streams, model.likelihood().numParameters());
    conditional = zeros(streams, model.likelihood().numParameters());
    placedConditional = engine.place(conditional);
    addVectors();
    steps =
        origin == null
            ? model.backbone.steps(engine, parameters, streams, conditions.length())
            : origin.steps.repeat(streams / origin.streams);
    network = engine.repeatable(this::network);
    writePast();
    begin();
  }

  /** Categories do not change from step to step. */
  private void addVectors() {
    for (int column = 0; column < model.categories.size(); column++) {
      Embedding table = model.categories.get(column);
      if (table != null) {
        Tensor ids = Tensor.zeros(DType.INT32, streams);
        DeepAr.writeColumn(ids, conditions.categories(), column, copies);
        Tensor added = engine.zeros(DType.FLOAT32, streams, projected.dim(2));
        kernels.linear().embedding(added, engine.place(ids), parameters.value(table.table()));
        vectors.add(added);
      }
    }
  }

  /**
   * So many streams of each of these, all where it stands, and where it has to stay; stream s goes
   * on from s / times.
   */
  DeepArSteps repeat(int times) {
    return new DeepArSteps(model, engine, parameters, conditions, copies * times, before, this);
  }

  /** Each row as often as there are more rows to fill; both in the engine's memory. */
  static void repeatRows(Engine engine, Tensor from, Tensor to) {
    Tensor ids = Tensor.zeros(DType.INT32, to.rows());
    int times = to.rows() / from.rows();
    for (int row = 0; row < to.rows(); row++) {
      int source = row / times;
      ids.set(row, source);
    }
    engine.kernels(0).linear().embedding(to, engine.place(ids), from);
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
      repeatRows(engine, origin.placedConditional, placedConditional);
      read = false;
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
    if (!read && conditional != placedConditional) {
      conditional.copyFrom(placedConditional);
    }
    read = true;
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
    if (placedFeatures != features) {
      placedFeatures.copyFrom(features);
    }
    network.run();
    read = false;
  }

  private void network() {
    Parameters p = parameters;
    Tensor bias = value(model.input.bias());
    kernels.linear().linear(projected, placedFeatures, p.value(model.input.weight()), bias, null);
    for (Tensor added : vectors) {
      kernels.arrays().addScaled(projected, added, 1);
    }
    Tensor x = steps.step(projected);
    kernels.linear().linear(beside, placedFeatures, p.value(model.skip), null, null);
    Tensor map = p.value(model.output.weight());
    kernels.linear().linear(placedConditional, x, map, value(model.output.bias()), beside);
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
