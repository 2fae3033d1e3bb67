package dev.chainrule.wavenet;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Memory;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.autograd.Variable;
import dev.chainrule.core.kernel.vector.Lanes;
import dev.chainrule.core.kernel.vector.VectorKernels;
import dev.chainrule.core.model.Decoder;
import dev.chainrule.core.nn.Linear;
import java.lang.foreign.SegmentAllocator;
import java.util.ArrayList;
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

  /** Streams, rounded up to fours where there are several. */
  private final int rows;

  private final List<DecoderLayer> layers = new ArrayList<>();
  private final PackedMatrix skip;
  private final PackedMatrix hidden;
  private final PackedMatrix output;
  private final Tensor skipBias;
  private final Tensor hiddenBias;
  private final Tensor outputBias;

  /** Vectors of codes [levels, R], or where scalars are fed the slope and the offset [2, R]. */
  private final Tensor input;

  private final @Nullable FrameUpsampler features;

  private final Tensor residual;
  private final Tensor gated;
  private final Tensor skipSum;
  private final Tensor hiddenSum;
  private final Tensor outputSum;
  private final Tensor conditional;

  /** Where products of several streams gather their sums. */
  private final Tensor sums;

  private int position;

  WaveNetDecoder(WaveNet model, int streams, Conditions conditions, Precision precision) {
    if (streams < 1) {
      throw new IllegalArgumentException("%d streams, expected 1 or more".formatted(streams));
    }
    this.config = model.config();
    this.streams = streams;
    this.rows = streams == 1 ? 1 : (streams + 3) / 4 * 4;
    conditions.require(config, streams, 0);
    Parameters parameters = model.parameters();
    WaveNetConfig.Stack stack = config.stack();
    Tape tape = Tape.evaluation(new VectorKernels(), parameters);
    tape.begin();
    Variable global = model.global(tape, conditions);
    Tensor labels = global == null ? null : copy(global.value());
    features = FrameUpsampler.of(model, tape, conditions);
    SegmentAllocator memory = WeightMemory.allocate(weightBytes(config, precision));
    sums = Tensor.zeros(DType.FLOAT32, rows, PackedMatrix.PART * Lanes.WIDTH);
    DecoderLayer.Place place = new DecoderLayer.Place(memory, precision, sums.address(), streams);
    for (WaveNetLayer layer : model.layers) {
      layers.add(new DecoderLayer(layer, parameters, config, rows, labels, place));
    }
    int gate = stack.gateChannels();
    int depth = gate * stack.numLayers();
    skip =
        PackedMatrix.pack(
            memory,
            precision,
            (o, i) -> {
              Tensor w = parameters.value(model.layers.get(i / gate).skipWeight);
              return (float) w.get((long) o * gate + i % gate);
            },
            stack.skipChannels(),
            depth);
    hidden = head(parameters, model.hidden, memory, precision);
    output = head(parameters, model.output, memory, precision);
    skipBias = paddedCopy(parameters.value(model.skipBias));
    hiddenBias = paddedCopy(bias(parameters, model.hidden));
    outputBias = paddedCopy(bias(parameters, model.output));
    input = inputVectors(model, parameters);
    residual = buffer(rows, stack.residualChannels());
    gated = Tensor.zeros(DType.FLOAT32, rows, depth);
    skipSum = buffer(rows, stack.skipChannels());
    hiddenSum = buffer(rows, stack.skipChannels());
    outputSum = buffer(rows, config.numParameters());
    conditional = Tensor.zeros(DType.FLOAT32, streams, config.numParameters());
    reset();
  }

  private static PackedMatrix head(
      Parameters parameters, Linear map, SegmentAllocator memory, Precision precision) {
    Tensor w = parameters.value(map.weight());
    return PackedMatrix.pack(memory, precision, PackedMatrix.of(w), w.dim(0), w.dim(1));
  }

  /** Memory for all packed matrices. */
  private static long weightBytes(WaveNetConfig config, Precision precision) {
    WaveNetConfig.Stack stack = config.stack();
    int gate = stack.gateChannels();
    int skip = stack.skipChannels();
    int depth = stack.numLayers();
    WaveNetConfig.Local local = config.local();
    int window =
        stack.kernelSize() * stack.residualChannels() + (local == null ? 0 : local.channels());
    return depth * PackedMatrix.bytes(precision, 2 * gate, window)
        + depth * PackedMatrix.bytes(precision, stack.residualChannels(), gate)
        + PackedMatrix.bytes(precision, skip, gate * depth)
        + PackedMatrix.bytes(precision, skip, skip)
        + PackedMatrix.bytes(precision, config.numParameters(), skip);
  }

  static Tensor bias(Parameters parameters, Linear map) {
    if (map.bias() == null) {
      throw new IllegalStateException("a map without bias");
    }
    return parameters.value(map.bias());
  }

  private static Tensor inputVectors(WaveNet model, Parameters parameters) {
    if (model.codes != null) {
      return copy(parameters.value(model.codes.table()));
    }
    Linear map = model.scalarInput;
    if (map == null) {
      throw new IllegalStateException("a network without input");
    }
    int width = model.config().stack().residualChannels();
    Tensor both = Tensor.zeros(DType.FLOAT32, 2, width);
    both.slice(0, 1).copyFrom(copy(parameters.value(map.weight())));
    both.slice(1, 2).copyFrom(copy(bias(parameters, map)));
    return both;
  }

  private static Tensor copy(Tensor x) {
    return Tensor.of(x.toFloats(), x.shape());
  }

  /** A row of floats followed by zeros up to what a packed matrix writes. */
  static Tensor paddedCopy(Tensor x) {
    Tensor copy = buffer(1, Math.toIntExact(x.size()));
    for (long i = 0; i < x.size(); i++) {
      copy.set(i, x.get(i));
    }
    return copy;
  }

  static Tensor buffer(int rows, int columns) {
    return Tensor.zeros(DType.FLOAT32, rows, PackedMatrix.padded(columns));
  }

  @Override
  public int streams() {
    return streams;
  }

  @Override
  public int position() {
    return position;
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
    for (DecoderLayer layer : layers) {
      layer.reset();
    }
    position = 0;
    int levels = config.signal().levels();
    int silence = config.signal().quantization().silence(levels);
    for (int s = 0; s < streams; s++) {
      enter(s, silence);
    }
    step();
  }

  @Override
  public void feed(Tensor elements) {
    if (position >= capacity()) {
      throw new IllegalStateException(
          "%d samples were fed, the features given are for %d".formatted(position, capacity() + 1));
    }
    for (int s = 0; s < streams; s++) {
      int code = Memory.getInt(elements.address() + 4L * s);
      if (code < 0 || code >= config.signal().levels()) {
        throw new IllegalArgumentException(
            "code %d, expected 0 to %d".formatted(code, config.signal().levels() - 1));
      }
      enter(s, code);
    }
    position++;
    step();
  }

  /** Writes the layers' input of a stream. */
  private void enter(int stream, int code) {
    int width = config.stack().residualChannels();
    long to = residual.address() + 4L * stream * residual.dim(1);
    if (config.signal().oneHot()) {
      copyFloats(to, input.address() + 4L * code * width, width);
      return;
    }
    float x = (float) Quantization.position(code, config.signal().levels());
    for (int i = 0; i < width; i++) {
      float slope = Memory.getFloat(input.address() + 4L * i);
      Memory.putFloat(to + 4L * i, x * slope + Memory.getFloat(input.address() + 4L * (width + i)));
    }
  }

  /** A few vectors: a call of the library's copy would take longer. */
  static void copyFloats(long to, long from, int count) {
    int i = 0;
    for (; i <= count - Lanes.WIDTH; i += Lanes.WIDTH) {
      Lanes.store(Lanes.load(from + 4L * i), to + 4L * i);
    }
    for (; i < count; i++) {
      Memory.putFloat(to + 4L * i, Memory.getFloat(from + 4L * i));
    }
  }

  private void step() {
    int gate = config.stack().gateChannels();
    if (features != null) {
      features.moveTo(position);
    }
    for (int l = 0; l < layers.size(); l++) {
      layers.get(l).step(residual, gated, l * gate, features);
    }
    product(skip, skipSum, skipBias, gated);
    relu(skipSum);
    product(hidden, hiddenSum, hiddenBias, skipSum);
    relu(hiddenSum);
    product(output, outputSum, outputBias, hiddenSum);
    int width = conditional.dim(1);
    for (int s = 0; s < streams; s++) {
      copyFloats(
          conditional.address() + 4L * s * width,
          outputSum.address() + 4L * s * outputSum.dim(1),
          width);
    }
  }

  /** {@code y = bias + W x} of all streams. */
  private void product(PackedMatrix w, Tensor y, Tensor bias, Tensor x) {
    if (rows == 1) {
      w.product(y.address(), bias.address(), x.address());
      return;
    }
    w.products(
        y.address(),
        4L * y.dim(1),
        bias.address(),
        0,
        x.address(),
        4L * x.dim(1),
        rows,
        sums.address());
  }

  private static void relu(Tensor x) {
    Gate.relu(x.address(), Math.toIntExact(x.size()));
  }

  @Override
  public Tensor conditional() {
    return conditional;
  }
}
