package dev.chainrule.core.kernel.cuda;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.AttentionShape;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Causal self-attention in tiles; kernels are compiled for each head size. In bfloat16 tensor cores
 * multiply, for head sizes that fit them.
 */
final class Attention {
  private static final int MAX_HEAD_SIZE = 256;
  private static final int LANES = 4;
  private static final int FLASH_TILE = 64;
  private static final int FLASH_GROUP = 128;
  private static final int MAX_FLASH_HEAD_SIZE = 64;

  private final Gpu gpu;
  private final Precision precision;
  private final DeviceBuffer delta;
  private final Map<Integer, Kernels> inTiles = new HashMap<>();
  private final Map<Integer, Kernels> onTensorCores = new HashMap<>();

  /** Of one head size; each group has as many rows as a tile. */
  private record Kernels(
      int tile, Kernel forward, Kernel delta, Kernel backwardQueries, Kernel backwardKeys) {}

  Attention(Gpu gpu, Precision precision) {
    this.gpu = gpu;
    this.precision = precision;
    delta = new DeviceBuffer(gpu);
  }

  /** Where queries, keys and values lie, and the floats from a time to the next. */
  private record Inputs(
      long q, long qStride, long k, long v, long kvStride, int headSize, AttentionShape shape) {
    Launch put(Launch launch, int time) {
      return launch
          .pointer(q)
          .wide(qStride)
          .pointer(k)
          .pointer(v)
          .wide(kvStride)
          .integer(time)
          .integer(shape.numHeads())
          .integer(shape.group())
          .integer(shape.window() == 0 ? time : Math.min(time, shape.window()))
          .number(shape.scale())
          .number(shape.softcap());
    }
  }

  private boolean isFlash(int headSize) {
    return precision == Precision.BFLOAT16 && headSize % 16 == 0 && headSize <= MAX_FLASH_HEAD_SIZE;
  }

  private Kernels kernels(int headSize) {
    return isFlash(headSize)
        ? onTensorCores.computeIfAbsent(headSize, this::compileFlash)
        : tiles(headSize);
  }

  private Kernels tiles(int headSize) {
    if (headSize > MAX_HEAD_SIZE) {
      throw new IllegalArgumentException(
          "attention heads of %d numbers, expected at most %d on the cuda engine"
              .formatted(headSize, MAX_HEAD_SIZE));
    }
    return inTiles.computeIfAbsent(headSize, this::compile);
  }

  private Kernels compile(int headSize) {
    int tile = headSize <= 64 ? 32 : headSize <= 128 ? 16 : 8;
    int group = tile * LANES;
    String define = "-DHS=" + headSize;
    return new Kernels(
        tile,
        new Kernel(gpu, "attention", "attention", group, define),
        new Kernel(gpu, "attention", "attention_delta", group, define),
        new Kernel(gpu, "attention", "attention_backward_queries", group, define),
        new Kernel(gpu, "attention", "attention_backward_keys", group, define));
  }

  private Kernels compileFlash(int headSize) {
    String define = "-DHS=" + headSize;
    return new Kernels(
        FLASH_TILE,
        new Kernel(gpu, "flash", "flash", FLASH_GROUP, define),
        tiles(headSize).delta(),
        new Kernel(gpu, "flash", "flash_backward_queries", FLASH_GROUP, define),
        new Kernel(gpu, "flash", "flash_backward_keys", FLASH_GROUP, define));
  }

  private static double scale(int headSize) {
    return 1 / Math.sqrt(headSize);
  }

  /** Whole heads of queries, keys and values beside each other: [B, T, 3, NH, HS]. */
  void forward(Tensor y, Tensor logSumExp, Tensor qkv, int numHeads) {
    int headSize = y.dim(2) / numHeads;
    if (isFlash(headSize)) {
      kernels(headSize)
          .forward()
          .launch()
          .floats(y)
          .floats(logSumExp)
          .floats(qkv)
          .integer(y.dim(1))
          .integer(numHeads)
          .number(scale(headSize))
          .groups(Math.ceilDiv(y.dim(1), FLASH_TILE), numHeads, y.dim(0));
    } else {
      long q = Launch.address(qkv);
      Inputs inputs = beside(q, qkv.dim(2), headSize, numHeads);
      forward(y, logSumExp, inputs);
    }
  }

  void backward(
      Tensor dQkv,
      boolean accumulate,
      Tensor dY,
      Tensor y,
      Tensor logSumExp,
      Tensor qkv,
      int numHeads) {
    int headSize = y.dim(2) / numHeads;
    if (isFlash(headSize)) {
      flashBackward(dQkv, accumulate, dY, y, logSumExp, qkv, numHeads);
    } else {
      int stride = qkv.dim(2);
      Inputs inputs = beside(Launch.address(qkv), stride, headSize, numHeads);
      long to = Launch.address(dQkv);
      long third = 4L * stride / 3;
      backward(to, to + third, to + 2 * third, accumulate, dY, y, logSumExp, inputs);
    }
  }

  private static Inputs beside(long qkv, int stride, int headSize, int numHeads) {
    AttentionShape all = new AttentionShape(numHeads, numHeads, 0, scale(headSize), 0);
    long third = 4L * stride / 3;
    return new Inputs(qkv, stride, qkv + third, qkv + 2 * third, stride, headSize, all);
  }

  private void flashBackward(
      Tensor dQkv,
      boolean accumulate,
      Tensor dY,
      Tensor y,
      Tensor logSumExp,
      Tensor qkv,
      int numHeads) {
    int headSize = y.dim(2) / numHeads;
    Kernels kernels = kernels(headSize);
    long means = means(kernels, dY, y, logSumExp, numHeads);
    Kernel[] parts = {kernels.backwardQueries(), kernels.backwardKeys()};
    for (Kernel part : parts) {
      part.launch()
          .floats(dQkv)
          .flag(accumulate)
          .floats(dY)
          .floats(logSumExp)
          .pointer(means)
          .floats(qkv)
          .integer(y.dim(1))
          .integer(numHeads)
          .number(scale(headSize))
          .groups(Math.ceilDiv(y.dim(1), FLASH_TILE), numHeads, y.dim(0));
    }
  }

  /** Heads of queries that share keys and values. */
  void grouped(Tensor y, Tensor logSumExp, Tensor q, Tensor k, Tensor v, AttentionShape shape) {
    forward(y, logSumExp, apart(q, k, v, shape));
  }

  void groupedBackward(
      @Nullable Tensor dQ,
      @Nullable Tensor dK,
      @Nullable Tensor dV,
      boolean accumulate,
      Tensor dY,
      Tensor y,
      Tensor logSumExp,
      Tensor q,
      Tensor k,
      Tensor v,
      AttentionShape shape) {
    backward(
        Launch.address(dQ),
        Launch.address(dK),
        Launch.address(dV),
        accumulate,
        dY,
        y,
        logSumExp,
        apart(q, k, v, shape));
  }

  private static Inputs apart(Tensor q, Tensor k, Tensor v, AttentionShape shape) {
    return new Inputs(
        Launch.address(q),
        q.dim(2),
        Launch.address(k),
        Launch.address(v),
        k.dim(2),
        q.dim(2) / shape.numHeads(),
        shape);
  }

  private void forward(Tensor y, Tensor logSumExp, Inputs inputs) {
    Kernels kernels = tiles(inputs.headSize());
    int time = y.dim(1);
    Launch launch = kernels.forward().launch().floats(y).floats(logSumExp);
    inputs
        .put(launch, time)
        .groups(Math.ceilDiv(time, kernels.tile()), inputs.shape().numHeads(), y.dim(0));
  }

  /** Addresses of what is wanted, 0 for what is not. */
  private void backward(
      long dQ,
      long dK,
      long dV,
      boolean accumulate,
      Tensor dY,
      Tensor y,
      Tensor logSumExp,
      Inputs inputs) {
    Kernels kernels = tiles(inputs.headSize());
    AttentionShape shape = inputs.shape();
    int time = y.dim(1);
    long means = means(kernels, dY, y, logSumExp, shape.numHeads());
    int tiles = Math.ceilDiv(time, kernels.tile());
    if (dQ != 0) {
      Launch launch = kernels.backwardQueries().launch().pointer(dQ).flag(accumulate);
      launch.floats(dY).floats(logSumExp).pointer(means);
      inputs.put(launch, time).groups(tiles, shape.numHeads(), y.dim(0));
    }
    if (dK != 0 || dV != 0) {
      Launch launch = kernels.backwardKeys().launch().pointer(dK).pointer(dV).flag(accumulate);
      launch.floats(dY).floats(logSumExp).pointer(means);
      inputs.put(launch, time).groups(tiles, shape.numKvHeads(), y.dim(0));
    }
  }

  private long means(Kernels kernels, Tensor dY, Tensor y, Tensor logSumExp, int numHeads) {
    long rows = logSumExp.size();
    long means = delta.floats(rows);
    kernels
        .delta()
        .launch()
        .pointer(means)
        .floats(dY)
        .floats(y)
        .integer(y.dim(1))
        .integer(numHeads)
        .wide(rows)
        .each(rows);
    return means;
  }
}
