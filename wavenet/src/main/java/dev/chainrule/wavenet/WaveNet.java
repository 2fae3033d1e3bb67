package dev.chainrule.wavenet;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.ElementwiseOps;
import dev.chainrule.core.autograd.Initializer;
import dev.chainrule.core.autograd.LinearSum;
import dev.chainrule.core.autograd.LogisticMixtureOps;
import dev.chainrule.core.autograd.Ops;
import dev.chainrule.core.autograd.Parameter;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.autograd.Variable;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.kernel.Activation;
import dev.chainrule.core.kernel.WeightFormat;
import dev.chainrule.core.model.AutoregressiveModel;
import dev.chainrule.core.model.Decoder;
import dev.chainrule.core.model.RecomputingDecoder;
import dev.chainrule.core.nn.Embedding;
import dev.chainrule.core.nn.Linear;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * WaveNet (van den Oord et al. 2016): stacks of dilated causal convolutions with gated units,
 * residual and skip connections, over raw audio; one element of a sequence is one sample.
 *
 * <p><b>Differences from the paper:</b> in place of a first causal convolution over one-hot codes a
 * learned vector for each code; biases on the residual maps and the head; the last layer has no
 * residual map; up-sampling of local features by transposed convolutions whose stride is their
 * kernel. The mixture of logistics is that of Parallel WaveNet (van den Oord et al. 2017) with the
 * mass of a bin computed exactly. Before its first sample a clip is fed the code of 0.0 once, and
 * the layers zeros.
 */
public final class WaveNet implements AutoregressiveModel<WaveBatch> {
  private final WaveNetConfig config;
  private final Parameters parameters = new Parameters();
  final @Nullable Embedding codes;
  final @Nullable Linear scalarInput;
  final List<Embedding> labels = new ArrayList<>();
  final @Nullable Upsampler upsampler;
  final List<WaveNetLayer> layers = new ArrayList<>();
  final Parameter skipBias;
  final Linear hidden;
  final Linear output;

  /** Declares all parameters. */
  public WaveNet(WaveNetConfig config) {
    this.config = config;
    WaveNetConfig.Stack stack = config.stack();
    int residual = stack.residualChannels();
    boolean oneHot = config.signal().oneHot();
    Initializer unit = Initializer.normal(1);
    codes =
        oneHot
            ? new Embedding(parameters, "codes", config.signal().levels(), residual, unit)
            : null;
    scalarInput = oneHot ? null : new Linear(parameters, "scalar", 1, residual, true, unit);
    for (WaveNetConfig.Label label : config.labels()) {
      labels.add(
          new Embedding(
              parameters, "labels." + label.name(), label.values().size(), residual, unit));
    }
    WaveNetConfig.Local local = config.local();
    upsampler = local == null ? null : new Upsampler(parameters, local);
    for (int layer = 0; layer < stack.numLayers(); layer++) {
      layers.add(new WaveNetLayer(parameters, config, layer));
    }
    int skip = stack.skipChannels();
    Initializer head = WaveNetLayer.uniform(skip);
    skipBias = parameters.add("skip.bias", Initializer.constant(0), skip);
    hidden = new Linear(parameters, "head.hidden", skip, skip, true, head);
    output = new Linear(parameters, "head.output", skip, config.numParameters(), true, head);
  }

  public WaveNetConfig config() {
    return config;
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }

  /** None: before the first sample stands silence. */
  @Override
  public int givenElements() {
    return 0;
  }

  @Override
  public Variable conditionals(Tape tape, WaveBatch batch) {
    batch.conditions().require(config, batch.size(), batch.length());
    Variable global = global(tape, batch.conditions());
    Variable local = local(tape, batch);
    Variable x = input(tape, batch.elements());
    List<Variable> gated = new ArrayList<>();
    List<Variable> skipWeights = new ArrayList<>();
    for (WaveNetLayer layer : layers) {
      Variable z = layer.gate(tape, x, global, local);
      gated.add(z);
      skipWeights.add(tape.parameter(layer.skipWeight));
      if (layer.residual != null) {
        x = layer.residual.forward(tape, z, x);
      }
    }
    Variable skip = LinearSum.linearSum(tape, gated, skipWeights, tape.parameter(skipBias));
    Variable head = hidden.forward(tape, ElementwiseOps.activation(tape, skip, Activation.RELU));
    return output.forward(tape, ElementwiseOps.activation(tape, head, Activation.RELU));
  }

  @Override
  public Variable nll(Tape tape, WaveBatch batch) {
    Variable conditionals = conditionals(tape, batch);
    if (config.head().mixtures() == 0) {
      return Ops.crossEntropy(tape, conditionals, batch.elements());
    }
    return LogisticMixtureOps.logisticMixture(
        tape,
        conditionals,
        batch.elements(),
        config.signal().levels(),
        config.head().minLogScale());
  }

  /** The layers' input [B, T, R]: at place t the sample before, silence before the first. */
  private Variable input(Tape tape, Tensor elements) {
    int batch = elements.dim(0);
    int time = elements.dim(1);
    int levels = config.signal().levels();
    int silence = config.signal().quantization().silence(levels);
    Tensor previous = tape.integers(batch, time);
    for (int n = 0; n < batch * time; n++) {
      int code = n % time == 0 ? silence : elements.getInt(n - 1);
      previous.set(n, code < 0 ? silence : code);
    }
    if (codes != null) {
      return codes.forward(tape, previous);
    }
    Tensor scalars = tape.numbers(batch, time, 1);
    for (int n = 0; n < batch * time; n++) {
      scalars.set(n, Quantization.position(previous.getInt(n), levels));
    }
    return scalarMap().forward(tape, tape.constant(scalars));
  }

  private Linear scalarMap() {
    if (scalarInput == null) {
      throw new IllegalStateException("a network of one-hot input was fed scalars");
    }
    return scalarInput;
  }

  /** The sum of the labels' vectors [B, R], or null without labels. */
  @Nullable Variable global(Tape tape, Conditions conditions) {
    Tensor numbers = conditions.labels();
    Variable sum = null;
    for (int l = 0; l < labels.size() && numbers != null; l++) {
      Tensor column = tape.integers(numbers.dim(0));
      for (int b = 0; b < numbers.dim(0); b++) {
        column.set(b, numbers.getInt((long) b * labels.size() + l));
      }
      Variable vector = labels.get(l).forward(tape, column);
      sum = sum == null ? vector : Ops.add(tape, sum, vector);
    }
    return sum;
  }

  /** Features at the sampling rate [B, T, channels], or null without. */
  private @Nullable Variable local(Tape tape, WaveBatch batch) {
    Variable all = upsampled(tape, batch.conditions());
    if (all == null || all.value().dim(1) == batch.length()) {
      return all;
    }
    throw new IllegalArgumentException(
        "features for %d samples, expected for the %d of the clips"
            .formatted(all.value().dim(1), batch.length()));
  }

  /** Features at the sampling rate for all frames given [B, F hop, channels]. */
  @Nullable Variable upsampled(Tape tape, Conditions conditions) {
    Tensor frames = conditions.frames();
    if (upsampler == null || frames == null) {
      return null;
    }
    Tensor input = tape.numbers(frames.shape());
    for (long i = 0; i < frames.size(); i++) {
      input.set(i, frames.get(i));
    }
    return upsampler.forward(tape, tape.constant(input));
  }

  /** Of float32 weights. */
  @Override
  public Decoder decoder(Engine engine, WaveBatch streams) {
    return decoder(engine, streams, WeightFormat.FLOAT32);
  }

  /**
   * A decoder with queues.
   *
   * @param streams clips with their conditions: labels for each, frames for as many samples as are
   *     wanted
   * @param precision of the weights
   * @throws IllegalArgumentException if the engine has no weights of that precision
   */
  public Decoder decoder(Engine engine, WaveBatch streams, WeightFormat precision) {
    boolean cached = parameters.dtype() == DType.FLOAT32;
    if (cached && !engine.onHost()) {
      return new DeviceDecoder(this, engine, streams.size(), streams.conditions(), precision);
    }
    if (cached && engine.kernels(0).samples().has(precision)) {
      return new WaveNetDecoder(this, engine, streams.size(), streams.conditions(), precision);
    }
    if (precision != WeightFormat.FLOAT32) {
      throw new IllegalArgumentException(
          "weights as %s on the engine %s, expected float32".formatted(precision, engine.name()));
    }
    streams.conditions().require(config, streams.size(), streams.length());
    return new RecomputingDecoder<>(this, engine, streams);
  }
}
