package dev.chainrule.wavenet;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Parameter;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.autograd.Variable;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.kernel.Activation;
import dev.chainrule.core.kernel.Kernels;
import dev.chainrule.core.kernel.PackedLinear;
import dev.chainrule.core.kernel.Rows;
import dev.chainrule.core.kernel.StepKernels;
import dev.chainrule.core.kernel.WeightFormat;
import dev.chainrule.core.model.Decoder;
import dev.chainrule.core.nn.Linear;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A WaveNet sample by sample in an engine's own memory, by its operations on tensors: each layer
 * keeps the inputs that its convolution will read again in a ring (Le Paine et al. 2016). Which
 * rows of the rings are read and written goes there as integers, once a sample, and the
 * conditionals come back; the calls between are the same for every sample, and {@link
 * Engine#repeatable}.
 */
final class DeviceDecoder implements Decoder {
  private final WaveNetConfig config;
  private final Kernels kernels;
  private final Engine engine;
  private final WeightFormat format;
  private final Parameters parameters;
  private final int streams;
  private final int taps;
  private final int channels;

  /** Vectors of all codes [levels, R]. */
  private final Tensor codes;

  /** At the sampling rate [streams samples, channels], or null without. */
  private final @Nullable Tensor features;

  private final int samples;
  private final List<Layer> layers = new ArrayList<>();
  private final Tensor skipBias;
  private final PackedLinear hidden;
  private final PackedLinear output;
  private final Step all;
  private final @Nullable Step single;
  private final int[] positions;
  private final int[] entered;
  private final Tensor conditional;

  /**
   * A layer.
   *
   * @param past earlier taps [2G, (K-1) R]; null for a kernel of one
   * @param present the last tap [2G, R], with the bias
   * @param local from features; null without
   * @param condition what labels add [streams, 2G]; null without
   * @param ring earlier inputs [(K-1) dilation streams + 1, R], the last row zeros
   */
  private record Layer(
      int dilation,
      @Nullable PackedLinear past,
      PackedLinear present,
      @Nullable PackedLinear local,
      @Nullable Tensor condition,
      @Nullable PackedLinear residual,
      PackedLinear skip,
      Tensor ring) {}

  /**
   * A decoder.
   *
   * @param engine with float32 in a memory of its own
   */
  DeviceDecoder(
      WaveNet model, Engine engine, int streams, Conditions conditions, WeightFormat format) {
    if (streams < 1) {
      throw new IllegalArgumentException("%d streams, expected 1 or more".formatted(streams));
    }
    config = model.config();
    conditions.require(config, streams, 0);
    this.engine = engine;
    this.streams = streams;
    this.format = format;
    kernels = engine.kernels(0);
    WaveNetConfig.Stack stack = config.stack();
    taps = stack.kernelSize();
    channels = stack.residualChannels();
    parameters = model.parameters().snapshot(engine);
    codes = codeVectors(model);
    Tape tape = Tape.evaluation(engine, parameters);
    tape.begin();
    Variable series = model.upsampled(tape, conditions);
    samples = series == null ? Integer.MAX_VALUE : series.value().dim(1);
    features =
        series == null ? null : copy(series.value(), streams * samples, series.value().dim(2));
    Variable labels = model.global(tape, conditions);
    for (WaveNetLayer layer : model.layers) {
      layers.add(layer(layer, labels == null ? null : labels.value()));
    }
    skipBias = parameters.value(model.skipBias);
    hidden = pack(model.hidden);
    output = pack(model.output);
    positions = new int[streams];
    entered = new int[streams];
    conditional = Tensor.zeros(DType.FLOAT32, streams, config.numParameters());
    all = new Step(streams);
    single = streams == 1 ? null : new Step(1);
    reset();
  }

  private Tensor floats(int... shape) {
    return engine.zeros(DType.FLOAT32, shape);
  }

  /** The tape's memory is used again: what lasts is copied. */
  private Tensor copy(Tensor from, int... shape) {
    Tensor to = floats(shape);
    kernels.arrays().copy(to, from.reshape(shape));
    return to;
  }

  private Tensor codeVectors(WaveNet model) {
    if (model.codes != null) {
      return parameters.value(model.codes.table());
    }
    Linear map = model.scalarInput;
    if (map == null) {
      throw new IllegalStateException("a network without input");
    }
    int levels = config.signal().levels();
    Tensor scalars = Tensor.zeros(DType.FLOAT32, levels, 1);
    for (int code = 0; code < levels; code++) {
      scalars.set(code, Quantization.position(code, levels));
    }
    Tensor vectors = floats(levels, channels);
    kernels
        .linear()
        .linear(
            vectors,
            engine.place(scalars),
            parameters.value(map.weight()),
            WaveNetDecoder.bias(parameters, map),
            null);
    return vectors;
  }

  private Layer layer(WaveNetLayer layer, @Nullable Tensor labels) {
    int outputs = 2 * config.stack().gateChannels();
    Tensor taken = parameters.value(layer.weight).host();
    Tensor past = Tensor.zeros(DType.FLOAT32, outputs, Math.max(1, (taps - 1) * channels));
    for (int k = 0; k < taps - 1; k++) {
      for (int o = 0; o < outputs; o++) {
        long from = ((long) k * outputs + o) * channels;
        past.copyFrom((long) o * past.dim(1) + (long) k * channels, taken, from, channels);
      }
    }
    Tensor present = parameters.value(layer.weight).slice(taps - 1, taps);
    Tensor condition = null;
    if (labels != null && layer.globalWeight != null) {
      condition = floats(streams, outputs);
      Tensor map = parameters.value(layer.globalWeight);
      kernels.linear().linear(condition, labels, map, null, null);
    }
    Parameter local = layer.localWeight;
    return new Layer(
        layer.dilation,
        taps == 1 ? null : pack(engine.place(past), null),
        pack(present.reshape(outputs, channels), parameters.value(layer.bias)),
        local == null ? null : pack(parameters.value(local), null),
        condition,
        layer.residual == null ? null : pack(layer.residual),
        pack(parameters.value(layer.skipWeight), null),
        floats((taps - 1) * layer.dilation * streams + 1, channels));
  }

  private PackedLinear pack(Linear map) {
    return pack(parameters.value(map.weight()), WaveNetDecoder.bias(parameters, map));
  }

  private PackedLinear pack(Tensor weight, @Nullable Tensor bias) {
    return kernels.steps().pack(weight, bias, format, StepKernels.Reading.STREAMED);
  }

  /** One sample of so many streams: the arrays of it, and its calls. */
  private final class Step {
    private final int rows;

    /** Codes, places of features, and for each layer rows that are read, then written. */
    private final Tensor integers;

    private final Tensor placed;
    private final Tensor x;
    private final Tensor local;
    private final Tensor earlier;
    private final Tensor sums;
    private final Tensor gated;
    private final Tensor skip;
    private final Tensor head;
    private final Tensor out;
    private final Tensor host;
    private final Runnable repeated;

    Step(int rows) {
      this.rows = rows;
      WaveNetConfig.Stack stack = config.stack();
      int count = rows * (2 + layers.size() * taps);
      integers = Tensor.zeros(DType.INT32, count);
      placed = engine.zeros(DType.INT32, count);
      x = floats(rows, channels);
      local = floats(rows, features == null ? 1 : features.dim(1));
      earlier = floats(rows, Math.max(1, (taps - 1) * channels));
      sums = floats(rows, 2 * stack.gateChannels());
      gated = floats(rows, stack.gateChannels());
      skip = floats(rows, stack.skipChannels());
      head = floats(rows, stack.skipChannels());
      out = floats(rows, config.numParameters());
      host = Tensor.zeros(DType.FLOAT32, rows, config.numParameters());
      repeated = engine.repeatable(() -> calls(0));
    }

    /**
     * The next conditional of some streams.
     *
     * @param first of these streams
     */
    void run(int first) {
      write(first);
      placed.copyFrom(integers);
      if (rows == streams) {
        repeated.run();
      } else {
        calls(first);
      }
      host.copyFrom(out);
      conditional.slice(first, first + rows).copyFrom(host);
    }

    private void write(int first) {
      for (int row = 0; row < rows; row++) {
        int stream = first + row;
        int t = positions[stream];
        integers.set(row, entered[stream]);
        integers.set((long) rows + row, features == null ? 0 : (double) stream * samples + t);
        long at = 2L * rows;
        for (Layer layer : layers) {
          int places = (taps - 1) * layer.dilation;
          for (int k = 0; k < taps - 1; k++) {
            int time = t - places + k * layer.dilation;
            int ringRow = time < 0 ? places * streams : time % places * streams + stream;
            integers.set(at + (long) row * (taps - 1) + k, ringRow);
          }
          at += (long) rows * (taps - 1);
          integers.set(at + row, places == 0 ? 0 : t % places * streams + stream);
          at += rows;
        }
      }
    }

    private void calls(int first) {
      kernels.linear().embedding(x, placed.range(0, rows), codes);
      if (features != null) {
        kernels.linear().embedding(local, placed.range(rows, rows), features);
      }
      kernels.arrays().fill(skip, 0);
      kernels.linear().addRows(skip, skip, skipBias);
      Rows total = Rows.of(sums);
      Rows skipped = Rows.of(skip);
      long at = 2L * rows;
      for (Layer layer : layers) {
        product(total, null, layer.present, x);
        if (layer.past != null) {
          Tensor read = placed.range(at, rows * (taps - 1));
          Tensor each = earlier.reshape(rows * (taps - 1), channels);
          kernels.linear().embedding(each, read, layer.ring);
          product(total, total, layer.past, earlier);
          // The oldest input stood where the present one comes.
          at += (long) rows * (taps - 1);
          kernels.caches().putRows(layer.ring, placed.range(at, rows), x);
        }
        at += rows;
        if (layer.local != null && features != null) {
          product(total, total, layer.local, local);
        }
        Tensor condition = layer.condition;
        kernels
            .activations()
            .gatedActivation(
                gated, sums, condition == null ? null : condition.slice(first, first + rows));
        product(skipped, skipped, layer.skip, gated);
        if (layer.residual != null) {
          Rows path = Rows.of(x);
          product(path, path, layer.residual, gated);
        }
      }
      kernels.activations().activation(skip, skip, Activation.RELU);
      product(Rows.of(head), null, hidden, skip);
      kernels.activations().activation(head, head, Activation.RELU);
      product(Rows.of(out), null, output, head);
    }

    private void product(Rows y, @Nullable Rows base, PackedLinear w, Tensor from) {
      kernels.steps().product(y, base, w, Rows.of(from), rows);
    }
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
    return features == null ? Integer.MAX_VALUE : samples - 1;
  }

  private int silence() {
    return config.signal().quantization().silence(config.signal().levels());
  }

  @Override
  public void reset() {
    for (int s = 0; s < streams; s++) {
      positions[s] = 0;
      entered[s] = silence();
    }
    all.run(0);
  }

  @Override
  public void reset(int stream) {
    positions[stream] = 0;
    entered[stream] = silence();
    (single == null ? all : single).run(stream);
  }

  @Override
  public void fork(int from, int to) {
    if (from == to) {
      return;
    }
    long row = (long) streams * channels;
    for (Layer layer : layers) {
      Rows source = new Rows(layer.ring, (long) from * channels, row);
      Rows target = new Rows(layer.ring, (long) to * channels, row);
      kernels.steps().copyRows(target, source, (taps - 1) * layer.dilation, channels);
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
      int code = elements.getInt(s);
      if (code < 0 || code >= config.signal().levels()) {
        throw new IllegalArgumentException(
            "code %d, expected 0 to %d".formatted(code, config.signal().levels() - 1));
      }
    }
    for (int s = 0; s < streams; s++) {
      entered[s] = elements.getInt(s);
      positions[s]++;
    }
    all.run(0);
  }

  @Override
  public Tensor conditional() {
    return conditional;
  }
}
