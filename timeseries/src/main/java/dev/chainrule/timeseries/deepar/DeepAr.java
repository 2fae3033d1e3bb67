package dev.chainrule.timeseries.deepar;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Initializer;
import dev.chainrule.core.autograd.LikelihoodOps;
import dev.chainrule.core.autograd.Ops;
import dev.chainrule.core.autograd.Parameter;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.autograd.RecurrentOps;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.autograd.Variable;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.model.AutoregressiveModel;
import dev.chainrule.core.model.Decoder;
import dev.chainrule.core.model.LockstepDecoder;
import dev.chainrule.core.model.RecomputingDecoder;
import dev.chainrule.core.nn.Embedding;
import dev.chainrule.core.nn.Linear;
import dev.chainrule.timeseries.likelihood.Centred;
import dev.chainrule.timeseries.likelihood.Likelihood;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * DeepAR (Salinas, Flunkert, Gasthaus and Januschowski 2020): a recurrent network that is fed the
 * value before and puts out the distribution of the next, one network for all series, each divided
 * by its scale; or in its place a causal transformer, as Li et al. 2019 have it.
 *
 * <p><b>Differences from the paper:</b> lagged values among the inputs, as GluonTS has them; a
 * linear map from features to the first layer, to which the series' embedding is added; a linear
 * map from features to the outputs beside the network, which begins as the value of one lag, so
 * that training starts from a random walk or a seasonal one. A missing value is dropped from the
 * likelihood; what is fed in its place {@link MissingInputs} says, where nothing was drawn.
 */
public final class DeepAr implements AutoregressiveModel<WindowBatch> {
  private final DeepArConfig config;
  private final Likelihood likelihood;
  private final Parameters parameters = new Parameters();
  final Linear input;
  final List<@Nullable Embedding> categories = new ArrayList<>();
  final Backbone backbone;
  final Linear output;
  final Parameter skip;

  /** Declares all parameters. */
  public DeepAr(DeepArConfig config) {
    this.config = config;
    likelihood = Likelihood.of(config.likelihood());
    int features = numFeatures();
    DeepArNetwork network = config.network();
    int width = network.inputDim();
    Initializer uniform = Initializer.uniform(1 / Math.sqrt(features));
    input = new Linear(parameters, "input", features, width, true, uniform);
    categories.add(
        config.numCategories() == 0 ? null : vectors("categories", config.numCategories()));
    for (DeepArInputs.Kinds kinds : config.inputs().categories()) {
      categories.add(vectors("kinds." + kinds.name(), kinds.values().size()));
    }
    backbone = Backbone.of(parameters, network);
    // Small, so that the first forecasts are those of the skip.
    Initializer small = Initializer.uniform(0.1 / Math.sqrt(network.units()));
    int outputs = likelihood.numParameters();
    output = new Linear(parameters, "output", network.units(), outputs, true, small);
    skip = parameters.add("skip.weight", this::initializeSkip, outputs, features);
  }

  /** One for each, and the first for what is not known. */
  private Embedding vectors(String name, int count) {
    int width = config.network().inputDim();
    return new Embedding(parameters, name, count + 1, width, Initializer.normal(0.1));
  }

  private void initializeSkip(Tensor weight, java.util.random.RandomGenerator rng) {
    if (config.skipLag() != 0 && likelihood.hasLocation()) {
      weight.set(Arrays.binarySearch(config.lags(), config.skipLag()), 1);
    }
  }

  public DeepArConfig config() {
    return config;
  }

  /** The family of the outputs. */
  public Likelihood likelihood() {
    return likelihood;
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }

  /** None: the first conditional follows from the history. */
  @Override
  public int givenElements() {
    return 0;
  }

  /** Raw outputs [B, T, P]; what they stand for is the likelihood's matter. */
  @Override
  public Variable conditionals(Tape tape, WindowBatch batch) {
    Variable features = features(tape, batch);
    Variable x = input.forward(tape, features);
    for (int column = 0; column < categories.size(); column++) {
      Embedding vectors = categories.get(column);
      if (vectors != null) {
        Tensor ids = tape.integers(batch.size());
        writeColumn(ids, batch.categories(), column, 1);
        x = Ops.addRows(tape, x, vectors.forward(tape, ids));
      }
    }
    x = backbone.forward(tape, x);
    Variable beside = Ops.linear(tape, features, tape.parameter(skip), null);
    return RecurrentOps.swapAxes(tape, output.forward(tape, x, beside));
  }

  /** Nats of values, missing ones zero. */
  @Override
  public Variable nll(Tape tape, WindowBatch batch) {
    Variable raw = conditionals(tape, batch);
    Tensor targets = Centred.of(tape, batch.elements(), batch.centres());
    return LikelihoodOps.nll(tape, raw, targets, batch.scales(), likelihood);
  }

  /** One stream for each window, at its first step. */
  @Override
  public Decoder decoder(Engine engine, WindowBatch windows) {
    Parameters kept = parameters.snapshot(engine);
    if (!stepsOn(engine)) {
      return new RecomputingDecoder<>(this, engine, kept, windows, windows.length());
    }
    return new LockstepDecoder(
        new DeepArSteps(this, engine, kept, windows),
        s -> new DeepArSteps(this, engine, kept, windows.slice(s, s + 1)),
        DType.FLOAT32);
  }

  /** Whether {@link DeepArSteps} run there, in float32. */
  boolean stepsOn(Engine engine) {
    return (engine.onHost() || backbone.stepsAnywhere()) && parameters.dtype() == DType.FLOAT32;
  }

  /** Lagged values in units of the scale, then covariates. */
  int numFeatures() {
    return config.lags().length + config.numCovariates();
  }

  /** Features of all steps [T, B, F]. */
  private Variable features(Tape tape, WindowBatch batch) {
    int time = batch.length();
    int size = batch.size();
    int history = config.historyLength();
    int known = config.numCovariates();
    int[] lags = config.lags();
    Tensor features = tape.numbers(time, size, numFeatures());
    float[] values = new float[history + time];
    float[] covariates = new float[time * known];
    float[] row = new float[numFeatures()];
    for (int b = 0; b < size; b++) {
      batch.history().read((long) b * history, values, 0, history);
      batch.fed().read((long) b * time, values, history, time);
      batch.covariates().read((long) b * time * known, covariates, 0, time * known);
      float centre = (float) batch.centres().get(b);
      float factor = (float) (1 / batch.scales().get(b));
      for (int i = 0; i < values.length; i++) {
        values[i] = (values[i] - centre) * factor;
      }
      MissingInputs.fill(values, config.substituteLag());
      for (int t = 0; t < time; t++) {
        for (int i = 0; i < lags.length; i++) {
          row[i] = values[history + t - lags[i]];
        }
        System.arraycopy(covariates, t * known, row, lags.length, known);
        features.write(((long) t * size + b) * row.length, row, 0, row.length);
      }
    }
    return tape.constant(features);
  }

  /** Column k of the categories [B, 1 + K], each so many times. */
  static void writeColumn(Tensor ids, Tensor categories, int column, int copies) {
    int width = categories.dim(1);
    for (long i = 0; i < ids.size(); i++) {
      ids.set(i, categories.getInt(i / copies * width + column));
    }
  }
}
