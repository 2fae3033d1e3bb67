package dev.chainrule.wavenet;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Parameters;
import java.lang.foreign.SegmentAllocator;
import org.jspecify.annotations.Nullable;

/**
 * One layer of a {@link WaveNetDecoder}: packed weights, and the queue of the inputs that the
 * convolution reads again {@code dilation} to {@code (K-1) dilation} samples later.
 */
final class DecoderLayer {
  private final int taps;
  private final int dilation;
  private final int channels;
  private final int gate;
  private final int features;
  private final int streams;
  private final PackedMatrix convolution;
  private final @Nullable PackedMatrix residualMap;
  private final @Nullable Tensor residualBias;

  /** Bias of each stream, what its labels add included. */
  private final Tensor bias;

  /** The convolution's input: earlier taps, the present, features [rows, inputs]. */
  private final Tensor window;

  private final Tensor sums;

  /** A ring of (K-1) dilation places [places, rows, channels]. */
  private final Tensor queue;

  private final long room;
  private int head;

  /**
   * Where a layer's weights go, and what all layers share.
   *
   * @param memory for weights
   * @param room address where products of several streams gather their sums
   * @param streams that are drawn
   */
  record Place(SegmentAllocator memory, Precision precision, long room, int streams) {}

  DecoderLayer(
      WaveNetLayer layer,
      Parameters parameters,
      WaveNetConfig config,
      int rows,
      @Nullable Tensor labels,
      Place place) {
    WaveNetConfig.Stack stack = config.stack();
    WaveNetConfig.Local local = config.local();
    this.taps = stack.kernelSize();
    this.dilation = layer.dilation;
    this.channels = stack.residualChannels();
    this.gate = stack.gateChannels();
    this.features = local == null ? 0 : local.channels();
    this.streams = place.streams();
    this.room = place.room();
    Tensor w = parameters.value(layer.weight);
    Tensor v = layer.localWeight == null ? null : parameters.value(layer.localWeight);
    int convolved = taps * channels;
    convolution =
        PackedMatrix.pack(
            place.memory(),
            place.precision(),
            (o, i) ->
                i < convolved || v == null
                    ? (float) w.get(((long) i / channels * 2 * gate + o) * channels + i % channels)
                    : (float) v.get((long) o * features + i - convolved),
            2 * gate,
            convolved + features);
    if (layer.residual == null) {
      residualMap = null;
      residualBias = null;
    } else {
      Tensor r = parameters.value(layer.residual.weight());
      residualMap =
          PackedMatrix.pack(place.memory(), place.precision(), PackedMatrix.of(r), channels, gate);
      residualBias = WaveNetDecoder.paddedCopy(WaveNetDecoder.bias(parameters, layer.residual));
    }
    bias = WaveNetDecoder.buffer(rows, 2 * gate);
    Tensor shared = parameters.value(layer.bias);
    for (int s = 0; s < streams; s++) {
      for (int o = 0; o < 2 * gate; o++) {
        double sum = shared.get(o);
        if (labels != null && layer.globalWeight != null) {
          Tensor g = parameters.value(layer.globalWeight);
          for (int i = 0; i < channels; i++) {
            sum += g.get((long) o * channels + i) * labels.get((long) s * channels + i);
          }
        }
        bias.set((long) s * bias.dim(1) + o, sum);
      }
    }
    window = Tensor.zeros(DType.FLOAT32, rows, convolved + features);
    sums = WaveNetDecoder.buffer(rows, 2 * gate);
    queue = Tensor.zeros(DType.FLOAT32, (taps - 1) * dilation, rows, channels);
  }

  void reset() {
    queue.fill(0);
    head = 0;
  }

  long weightBytes() {
    return convolution.bytes() + (residualMap == null ? 0 : residualMap.bytes());
  }

  /**
   * One sample.
   *
   * @param residual the path through the layers [rows, R], read and added to
   * @param gated all layers' gated units [rows, L G]; this layer's are written at {@code column}
   * @param series features of all streams at this sample
   */
  void step(Tensor residual, Tensor gated, int column, @Nullable FrameUpsampler series) {
    int rows = window.dim(0);
    long stride = 4L * window.dim(1);
    long place = 4L * rows * channels;
    int places = (taps - 1) * dilation;
    for (int s = 0; s < rows; s++) {
      long x = residual.address() + 4L * s * residual.dim(1);
      long to = window.address() + s * stride;
      long row = queue.address() + 4L * s * channels;
      for (int k = 0; k < taps - 1; k++) {
        // The oldest tap stands at the head, which the present then overwrites.
        int at = head + k * dilation;
        long from = row + place * (at >= places ? at - places : at);
        WaveNetDecoder.copyFloats(to + 4L * k * channels, from, channels);
      }
      WaveNetDecoder.copyFloats(to + 4L * (taps - 1) * channels, x, channels);
      WaveNetDecoder.copyFloats(row + place * head, x, channels);
      if (series != null && s < streams) {
        WaveNetDecoder.copyFloats(to + 4L * taps * channels, series.address(s), features);
      }
    }
    head = head + 1 == places ? 0 : head + 1;
    product(convolution, sums.address(), sums.dim(1), bias.address(), window.address(), stride);
    long z = gated.address() + 4L * column;
    long zStride = 4L * gated.dim(1);
    for (int s = 0; s < rows; s++) {
      Gate.forward(z + s * zStride, sums.address() + 4L * s * sums.dim(1), gate);
    }
    if (residualMap != null && residualBias != null) {
      long rStride = 4L * residual.dim(1);
      for (int s = 0; s < rows; s++) {
        Gate.add(residual.address() + s * rStride, residualBias.address(), residual.dim(1));
      }
      product(residualMap, residual.address(), residual.dim(1), residual.address(), z, zStride);
    }
  }

  /** {@code y = init + W x} of all streams, whose y and init are in rows of one width. */
  private void product(PackedMatrix w, long y, int width, long init, long x, long xStride) {
    int rows = window.dim(0);
    if (rows == 1) {
      w.product(y, init, x);
    } else {
      w.products(y, 4L * width, init, 4L * width, x, xStride, rows, room);
    }
  }
}
