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
import dev.chainrule.core.model.AutoregressiveModel;
import dev.chainrule.core.nn.Embedding;
import dev.chainrule.core.nn.Linear;
import dev.chainrule.timeseries.likelihood.Likelihood;
import java.util.Arrays;
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
 * likelihood, and is zero as an input.
 */
public final class DeepAr implements AutoregressiveModel<WindowBatch> {
  private final DeepArConfig config;
  private final Likelihood likelihood;
  private final Parameters parameters = new Parameters();
  final Linear input;
  final @Nullable Embedding categories;
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
    categories =
        config.numCategories() == 0
            ? null
            : new Embedding(
                parameters,
                "categories",
                config.numCategories() + 1,
                width,
                Initializer.normal(0.1));
    backbone = Backbone.of(parameters, network);
    // Small, so that the first forecasts are those of the skip.
    Initializer small = Initializer.uniform(0.1 / Math.sqrt(network.units()));
    int outputs = likelihood.numParameters();
    output = new Linear(parameters, "output", network.units(), outputs, true, small);
    skip = parameters.add("skip.weight", this::initializeSkip, outputs, features);
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
    if (categories != null) {
      Variable vectors = categories.forward(tape, repeated(tape, batch));
      x = Ops.add(tape, x, vectors);
    }
    x = backbone.forward(tape, x);
    Variable beside = Ops.linear(tape, features, tape.parameter(skip), null);
    return RecurrentOps.swapAxes(tape, output.forward(tape, x, beside));
  }

  /** Nats of values, missing ones zero. */
  @Override
  public Variable nll(Tape tape, WindowBatch batch) {
    Variable raw = conditionals(tape, batch);
    return LikelihoodOps.nll(tape, raw, batch.elements(), batch.scales(), likelihood);
  }

  /** For windows without history and covariates, of scale one. */
  @Override
  public DeepArDecoder decoder(int streams) {
    WindowBatch conditions =
        WindowBatch.zeros(DType.FLOAT32, streams, config.windowLength(), config);
    return new DeepArDecoder(this, conditions);
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
    int covariates = config.numCovariates();
    int[] lags = config.lags();
    Variable features = tape.variable(false, time, size, numFeatures());
    Tensor x = features.value();
    for (int b = 0; b < size; b++) {
      double factor = 1 / batch.scales().get(b);
      for (int t = 0; t < time; t++) {
        long at = ((long) t * size + b) * numFeatures();
        for (int lag : lags) {
          int i = t - lag;
          double value =
              i >= 0
                  ? batch.elements().get((long) b * time + i)
                  : batch.history().get((long) (b + 1) * history + i);
          x.set(at++, Double.isNaN(value) ? 0 : value * factor);
        }
        long from = ((long) b * time + t) * covariates;
        for (int i = 0; i < covariates; i++) {
          x.set(at++, batch.covariates().get(from + i));
        }
      }
    }
    return features;
  }

  /** Categories of all steps [T, B]. */
  private static Tensor repeated(Tape tape, WindowBatch batch) {
    Tensor ids = tape.integers(batch.length(), batch.size());
    for (long i = 0; i < ids.size(); i++) {
      ids.set(i, batch.categories().getInt(i % batch.size()));
    }
    return ids;
  }
}
