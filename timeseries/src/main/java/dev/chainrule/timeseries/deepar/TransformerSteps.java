package dev.chainrule.timeseries.deepar;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Parameter;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.kernel.AttentionCache;
import dev.chainrule.core.kernel.Kernels;
import dev.chainrule.core.kernel.RowKernels;
import dev.chainrule.core.nn.LayerNorm;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A {@link TransformerBackbone} one step at a time. Streams that go on from one share its keys and
 * values: each has a cache of its own for the steps after that only.
 */
final class TransformerSteps implements Backbone.Steps {
  private final TransformerBackbone model;
  private final Kernels kernels;
  private final RowKernels rows;
  private final Parameters parameters;
  private final int streams;
  private final int capacity;
  private final int headSize;
  private final List<AttentionCache> caches = new ArrayList<>();
  private final @Nullable TransformerSteps past;
  private final int pastSteps;
  private final Tensor stream;
  private final Tensor sum;
  private final Tensor normed;
  private final Tensor mean;
  private final Tensor deviation;
  private final Tensor qkv;
  private final Tensor attended;
  private final Tensor hidden;
  private final Tensor scores;
  private final Tensor mixed;
  private int position;

  TransformerSteps(
      TransformerBackbone model,
      Kernels kernels,
      Parameters parameters,
      int streams,
      int capacity) {
    this(model, kernels, parameters, streams, capacity, null);
  }

  private TransformerSteps(
      TransformerBackbone model,
      Kernels kernels,
      Parameters parameters,
      int streams,
      int capacity,
      @Nullable TransformerSteps past) {
    this.model = model;
    this.kernels = kernels;
    rows = kernels.rows();
    this.parameters = parameters;
    this.streams = streams;
    this.capacity = capacity;
    this.past = past;
    pastSteps = past == null ? 0 : past.position;
    position = pastSteps;
    DeepArNetwork network = model.network;
    int width = network.units();
    headSize = width / network.numHeads();
    int own = Math.max(1, capacity - pastSteps);
    for (int i = 0; i < network.numLayers(); i++) {
      caches.add(rows.attentionCache(streams, network.numHeads(), headSize, own));
    }
    stream = zeros(1, streams, width);
    sum = zeros(1, streams, width);
    normed = zeros(1, streams, width);
    mean = zeros(streams);
    deviation = zeros(streams);
    qkv = zeros(1, streams, 3 * width);
    attended = zeros(1, streams, width);
    hidden = zeros(1, streams, 4 * width);
    // The past's scores, then room for those of the steps since.
    scores = zeros(2 * caches.getFirst().scoreRoom(capacity));
    mixed = zeros(headSize);
  }

  private static Tensor zeros(int... shape) {
    return Tensor.zeros(DType.FLOAT32, shape);
  }

  @Override
  public Tensor step(Tensor x) {
    int width = x.dim(2);
    for (int i = 0; i < width; i++) {
      double place = TransformerBackbone.place(position, i, width);
      for (int s = 0; s < streams; s++) {
        long at = (long) s * width + i;
        stream.set(at, x.get(at) + place);
      }
    }
    for (int i = 0; i < caches.size(); i++) {
      TransformerBackbone.Block block = model.blocks.get(i);
      norm(block.norm1(), stream);
      linear(qkv, normed, block.attention().qkv(), null);
      attend(i);
      linear(sum, attended, block.attention().projection(), stream);
      norm(block.norm2(), sum);
      linear(hidden, normed, block.expand(), null);
      kernels.activations().gelu(hidden, hidden);
      linear(stream, hidden, block.contract(), sum);
    }
    norm(model.finalNorm, stream);
    position++;
    return normed;
  }

  private void norm(LayerNorm norm, Tensor x) {
    Tensor gain = parameters.value(norm.gain());
    kernels
        .attention()
        .layerNorm(normed, mean, deviation, x, gain, value(norm.bias()), LayerNorm.EPSILON);
  }

  private void linear(
      Tensor y, Tensor x, dev.chainrule.core.nn.Linear map, @Nullable Tensor residual) {
    kernels.linear().linear(y, x, parameters.value(map.weight()), value(map.bias()), residual);
  }

  private @Nullable Tensor value(@Nullable Parameter parameter) {
    return parameter == null ? null : parameters.value(parameter);
  }

  /** Attention of each stream to the past that it shares, and to its own steps. */
  private void attend(int layer) {
    int width = model.network.units();
    AttentionCache own = caches.get(layer);
    int since = position - pastSteps;
    double scale = 1 / Math.sqrt(headSize);
    for (int s = 0; s < streams; s++) {
      for (int head = 0; head < model.network.numHeads(); head++) {
        long query = qkv.address() + 4L * (3L * s * width + (long) head * headSize);
        own.put(s, head, since, query + 4L * width, query + 8L * width);
        long weights = scores.address();
        if (past != null) {
          int from = s / (streams / past.streams);
          past.caches.get(layer).scores(weights, query, from, head, pastSteps);
        }
        own.scores(weights + 4L * pastSteps, query, s, head, since + 1);
        float total = rows.softmaxWeights(weights, weights, scale, position + 1);
        long y = attended.address() + 4L * ((long) s * width + (long) head * headSize);
        own.mix(y, weights + 4L * pastSteps, total, s, head, since + 1);
        if (past != null) {
          int from = s / (streams / past.streams);
          past.caches.get(layer).mix(mixed.address(), weights, total, from, head, pastSteps);
          for (int d = 0; d < headSize; d++) {
            long at = (long) s * width + (long) head * headSize + d;
            attended.set(at, attended.get(at) + mixed.get(d));
          }
        }
      }
    }
  }

  /**
   * Only from streams that have gone on from none themselves.
   *
   * @throws IllegalStateException if they have
   */
  @Override
  public Backbone.Steps repeat(int times) {
    if (past != null) {
      throw new IllegalStateException("these streams share a past already");
    }
    return new TransformerSteps(model, kernels, parameters, streams * times, capacity, this);
  }

  @Override
  public void reset() {
    position = pastSteps;
  }
}
