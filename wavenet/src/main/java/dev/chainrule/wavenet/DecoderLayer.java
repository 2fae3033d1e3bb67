package dev.chainrule.wavenet;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.kernel.SampleKernels;
import dev.chainrule.core.kernel.WeightFormat;
import java.util.Arrays;
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
  private final SampleKernels kernels;
  private final SampleKernels.Product convolution;
  private final SampleKernels.@Nullable Product residualMap;
  private final float @Nullable [] residualBias;

  /** Rows of streams, those that fill up included. */
  private final int rows;

  /** Bias of each stream, what its labels add included. */
  private final float[] bias;

  /** The convolution's input: earlier taps, the present, features [rows, inputs]. */
  private final float[] window;

  private final float[] sums;

  /** A ring of (K-1) dilation places [places, rows, channels]. */
  private final float[] queue;

  /** The place of each stream's oldest input. */
  private final int[] heads;

  /**
   * Where a layer's weights go, and what all layers share.
   *
   * @param matrices for packed weights
   * @param streams that are drawn
   */
  record Place(
      SampleKernels kernels, SampleKernels.Place matrices, WeightFormat precision, int streams) {}

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
    this.rows = rows;
    kernels = place.kernels();
    Tensor w = parameters.value(layer.weight);
    Tensor v = layer.localWeight == null ? null : parameters.value(layer.localWeight);
    int convolved = taps * channels;
    convolution =
        kernels.pack(
            place.matrices(),
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
          kernels.pack(place.matrices(), place.precision(), SampleKernels.of(r), channels, gate);
      residualBias =
          WaveNetDecoder.paddedCopy(kernels, WaveNetDecoder.bias(parameters, layer.residual));
    }
    bias = new float[rows * kernels.padded(2 * gate)];
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
        bias[s * (bias.length / rows) + o] = (float) sum;
      }
    }
    window = new float[rows * (convolved + features)];
    sums = new float[rows * kernels.padded(2 * gate)];
    heads = new int[streams];
    queue = new float[(taps - 1) * dilation * rows * channels];
  }

  void reset(int stream) {
    int place = rows * channels;
    for (int at = stream * channels; at < queue.length; at += place) {
      Arrays.fill(queue, at, at + channels, 0);
    }
    heads[stream] = 0;
  }

  void fork(int from, int to) {
    int place = rows * channels;
    for (int at = 0; at < queue.length; at += place) {
      System.arraycopy(queue, at + from * channels, queue, at + to * channels, channels);
    }
    heads[to] = heads[from];
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
   * @param steps the streams that take part; what comes out for others has no meaning
   */
  void step(
      float[] residual,
      float[] gated,
      int column,
      @Nullable FrameUpsampler series,
      boolean[] steps) {
    int inputs = window.length / rows;
    int width = residual.length / rows;
    int place = rows * channels;
    int places = (taps - 1) * dilation;
    for (int s = 0; s < streams; s++) {
      if (!steps[s]) {
        continue;
      }
      int to = s * inputs;
      int row = s * channels;
      int head = heads[s];
      for (int k = 0; k < taps - 1; k++) {
        // The oldest tap stands at the head, which the present then overwrites.
        int at = head + k * dilation;
        int from = row + place * (at >= places ? at - places : at);
        kernels.copy(queue, from, window, to + k * channels, channels);
      }
      kernels.copy(residual, s * width, window, to + (taps - 1) * channels, channels);
      kernels.copy(residual, s * width, queue, row + place * head, channels);
      if (series != null) {
        series.copy(s, window, to + taps * channels);
      }
      heads[s] = head + 1 == places ? 0 : head + 1;
    }
    int sumWidth = sums.length / rows;
    convolution.product(sums, sumWidth, bias, sumWidth, window, 0, inputs, rows);
    kernels.gatedActivation(gated, column, sums, gate, rows);
    if (residualMap != null && residualBias != null) {
      kernels.add(residual, residualBias);
      residualMap.product(
          residual, width, residual, width, gated, column, gated.length / rows, rows);
    }
  }
}
