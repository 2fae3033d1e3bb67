package dev.chainrule.wavenet;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Memory;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.autograd.Variable;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.kernel.SampleKernels;
import dev.chainrule.core.kernel.WeightFormat;
import dev.chainrule.core.model.Decoder;
import dev.chainrule.core.nn.Linear;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A WaveNet sample by sample (Le Paine et al. 2016): each layer keeps the inputs that its dilated
 * convolution will read again in a queue, so that a sample costs one pass over the weights. They
 * are packed in the order in which they are read.
 */
public final class WaveNetDecoder implements Decoder {
  private final WaveNetConfig config;
  private final int streams;

  private final SampleKernels kernels;

  /** Rows of streams, of which some may only fill up. */
  private final int rows;

  private final List<DecoderLayer> layers = new ArrayList<>();
  private final SampleKernels.Product skip;
  private final SampleKernels.Product hidden;
  private final SampleKernels.Product output;
  private final float[] skipBias;
  private final float[] hiddenBias;
  private final float[] outputBias;

  /** Vectors of codes [levels, R], or where scalars are fed the slope and the offset [2, R]. */
  private final float[] input;

  private final @Nullable FrameUpsampler features;

  private final float[] residual;
  private final float[] gated;
  private final float[] skipSum;
  private final float[] hiddenSum;
  private final float[] outputSum;
  private final Tensor conditional;

  private final int[] positions;

  /** Streams that take part in a step: all, or the one that begins anew. */
  private final boolean[] steps;

  WaveNetDecoder(
      WaveNet model, Engine engine, int streams, Conditions conditions, WeightFormat precision) {
    if (streams < 1) {
      throw new IllegalArgumentException("%d streams, expected 1 or more".formatted(streams));
    }
    this.config = model.config();
    this.streams = streams;
    kernels = engine.kernels(0).samples();
    rows = kernels.rows(streams);
    conditions.require(config, streams, 0);
    this.positions = new int[streams];
    this.steps = new boolean[streams];
    Parameters parameters = model.parameters();
    WaveNetConfig.Stack stack = config.stack();
    Tape tape = Tape.evaluation(engine, parameters);
    tape.begin();
    Variable global = model.global(tape, conditions);
    Tensor labels =
        global == null ? null : Tensor.of(global.value().toFloats(), global.value().shape());
    features = FrameUpsampler.of(kernels, model, tape, conditions);
    SampleKernels.Place matrices = kernels.place(weightBytes(precision), rows);
    DecoderLayer.Place place = new DecoderLayer.Place(kernels, matrices, precision, streams);
    for (WaveNetLayer layer : model.layers) {
      layers.add(new DecoderLayer(layer, parameters, config, rows, labels, place));
    }
    int gate = stack.gateChannels();
    int depth = gate * stack.numLayers();
    skip =
        kernels.pack(
            matrices,
            precision,
            (o, i) -> {
              Tensor w = parameters.value(model.layers.get(i / gate).skipWeight);
              return (float) w.get((long) o * gate + i % gate);
            },
            stack.skipChannels(),
            depth);
    hidden = head(parameters, model.hidden, matrices, precision);
    output = head(parameters, model.output, matrices, precision);
    skipBias = paddedCopy(kernels, parameters.value(model.skipBias));
    hiddenBias = paddedCopy(kernels, bias(parameters, model.hidden));
    outputBias = paddedCopy(kernels, bias(parameters, model.output));
    input = inputVectors(model, parameters);
    residual = buffer(stack.residualChannels());
    gated = new float[rows * depth];
    skipSum = buffer(stack.skipChannels());
    hiddenSum = buffer(stack.skipChannels());
    outputSum = buffer(config.numParameters());
    conditional = Tensor.zeros(DType.FLOAT32, streams, config.numParameters());
    reset();
  }

  private SampleKernels.Product head(
      Parameters parameters, Linear map, SampleKernels.Place place, WeightFormat precision) {
    Tensor w = parameters.value(map.weight());
    return kernels.pack(place, precision, SampleKernels.of(w), w.dim(0), w.dim(1));
  }

  /** Memory for all packed matrices. */
  private long weightBytes(WeightFormat precision) {
    WaveNetConfig.Stack stack = config.stack();
    int gate = stack.gateChannels();
    int skip = stack.skipChannels();
    int depth = stack.numLayers();
    WaveNetConfig.Local local = config.local();
    int window =
        stack.kernelSize() * stack.residualChannels() + (local == null ? 0 : local.channels());
    return depth * kernels.bytes(precision, 2 * gate, window)
        + depth * kernels.bytes(precision, stack.residualChannels(), gate)
        + kernels.bytes(precision, skip, gate * depth)
        + kernels.bytes(precision, skip, skip)
        + kernels.bytes(precision, config.numParameters(), skip);
  }

  private float[] buffer(int columns) {
    return new float[rows * kernels.padded(columns)];
  }

  static Tensor bias(Parameters parameters, Linear map) {
    if (map.bias() == null) {
      throw new IllegalStateException("a map without bias");
    }
    return parameters.value(map.bias());
  }

  private static float[] inputVectors(WaveNet model, Parameters parameters) {
    if (model.codes != null) {
      return parameters.value(model.codes.table()).toFloats();
    }
    Linear map = model.scalarInput;
    if (map == null) {
      throw new IllegalStateException("a network without input");
    }
    int width = model.config().stack().residualChannels();
    float[] both = Arrays.copyOf(parameters.value(map.weight()).toFloats(), 2 * width);
    System.arraycopy(bias(parameters, map).toFloats(), 0, both, width, width);
    return both;
  }

  /** A row of floats followed by zeros up to what a packed matrix writes. */
  static float[] paddedCopy(SampleKernels kernels, Tensor x) {
    float[] values = x.toFloats();
    return Arrays.copyOf(values, kernels.padded(values.length));
  }

  @Override
  public int streams() {
    return streams;
  }

  @Override
  public int position(int stream) {
    return positions[stream];
  }

  @Override
  public int capacity() {
    return features == null ? Integer.MAX_VALUE : features.samples() - 1;
  }

  /** Bytes of weights that a step reads. */
  public long weightBytes() {
    long bytes = skip.bytes() + hidden.bytes() + output.bytes();
    for (DecoderLayer layer : layers) {
      bytes += layer.weightBytes();
    }
    return bytes;
  }

  @Override
  public void reset() {
    for (int s = 0; s < streams; s++) {
      forget(s);
    }
    Arrays.fill(steps, true);
    step();
  }

  @Override
  public void reset(int stream) {
    forget(stream);
    Arrays.fill(steps, false);
    steps[stream] = true;
    step();
  }

  private void forget(int stream) {
    for (DecoderLayer layer : layers) {
      layer.reset(stream);
    }
    positions[stream] = 0;
    int levels = config.signal().levels();
    enter(stream, config.signal().quantization().silence(levels));
  }

  @Override
  public void fork(int from, int to) {
    for (DecoderLayer layer : layers) {
      layer.fork(from, to);
    }
    positions[to] = positions[from];
    conditional.slice(to, to + 1).copyFrom(conditional.slice(from, from + 1));
  }

  @Override
  public void feed(Tensor elements) {
    for (int position : positions) {
      if (position >= capacity()) {
        throw new IllegalStateException(
            "%d samples were fed, the features given are for %d"
                .formatted(position, capacity() + 1));
      }
    }
    for (int s = 0; s < streams; s++) {
      int code = Memory.getInt(elements.address() + 4L * s);
      if (code < 0 || code >= config.signal().levels()) {
        throw new IllegalArgumentException(
            "code %d, expected 0 to %d".formatted(code, config.signal().levels() - 1));
      }
      enter(s, code);
      positions[s]++;
    }
    Arrays.fill(steps, true);
    step();
  }

  /** Writes the layers' input of a stream. */
  private void enter(int stream, int code) {
    int width = config.stack().residualChannels();
    int to = stream * (residual.length / rows);
    if (config.signal().oneHot()) {
      kernels.copy(input, code * width, residual, to, width);
      return;
    }
    float x = (float) Quantization.position(code, config.signal().levels());
    for (int i = 0; i < width; i++) {
      residual[to + i] = x * input[i] + input[width + i];
    }
  }

  private void step() {
    int gate = config.stack().gateChannels();
    if (features != null) {
      features.moveTo(positions);
    }
    for (int l = 0; l < layers.size(); l++) {
      layers.get(l).step(residual, gated, l * gate, features, steps);
    }
    product(skip, skipSum, skipBias, gated);
    kernels.relu(skipSum);
    product(hidden, hiddenSum, hiddenBias, skipSum);
    kernels.relu(hiddenSum);
    product(output, outputSum, outputBias, hiddenSum);
    int width = conditional.dim(1);
    for (int s = 0; s < streams; s++) {
      if (!steps[s]) {
        continue;
      }
      int from = s * (outputSum.length / rows);
      conditional.write((long) s * width, outputSum, from, width);
    }
  }

  /** {@code y = bias + W x} of all streams. */
  private void product(SampleKernels.Product w, float[] y, float[] bias, float[] x) {
    w.product(y, y.length / rows, bias, 0, x, 0, x.length / rows, rows);
  }

  @Override
  public Tensor conditional() {
    return conditional;
  }
}
