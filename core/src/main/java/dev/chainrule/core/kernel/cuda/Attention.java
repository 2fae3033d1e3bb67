package dev.chainrule.core.kernel.cuda;

import dev.chainrule.core.array.Tensor;
import java.util.HashMap;
import java.util.Map;

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
  private final Map<Integer, Kernels> bySize = new HashMap<>();

  /** Of one head size; each group has as many rows as a tile. */
  private record Kernels(
      int tile, Kernel forward, Kernel delta, Kernel backwardQueries, Kernel backwardKeys) {}

  Attention(Gpu gpu, Precision precision) {
    this.gpu = gpu;
    this.precision = precision;
    delta = new DeviceBuffer(gpu);
  }

  private Kernels kernels(int headSize) {
    if (headSize > MAX_HEAD_SIZE) {
      throw new IllegalArgumentException(
          "attention heads of %d numbers, expected at most %d on the cuda engine"
              .formatted(headSize, MAX_HEAD_SIZE));
    }
    return bySize.computeIfAbsent(headSize, this::compile);
  }

  private Kernels compile(int headSize) {
    int tile = headSize <= 64 ? 32 : headSize <= 128 ? 16 : 8;
    int group = tile * LANES;
    String define = "-DHS=" + headSize;
    Kernel rowProducts = new Kernel(gpu, "attention", "attention_delta", group, define);
    if (precision == Precision.BFLOAT16 && headSize % 16 == 0 && headSize <= MAX_FLASH_HEAD_SIZE) {
      return new Kernels(
          FLASH_TILE,
          new Kernel(gpu, "flash", "flash", FLASH_GROUP, define),
          rowProducts,
          new Kernel(gpu, "flash", "flash_backward_queries", FLASH_GROUP, define),
          new Kernel(gpu, "flash", "flash_backward_keys", FLASH_GROUP, define));
    }
    return new Kernels(
        tile,
        new Kernel(gpu, "attention", "attention", group, define),
        rowProducts,
        new Kernel(gpu, "attention", "attention_backward_queries", group, define),
        new Kernel(gpu, "attention", "attention_backward_keys", group, define));
  }

  private static double scale(int headSize) {
    return 1 / Math.sqrt(headSize);
  }

  void forward(Tensor y, Tensor logSumExp, Tensor qkv, int numHeads) {
    int headSize = y.dim(2) / numHeads;
    int time = y.dim(1);
    Kernels kernels = kernels(headSize);
    kernels
        .forward()
        .launch()
        .floats(y)
        .floats(logSumExp)
        .floats(qkv)
        .integer(time)
        .integer(numHeads)
        .number(scale(headSize))
        .groups(Math.ceilDiv(time, kernels.tile()), numHeads, y.dim(0));
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
    Kernels kernels = kernels(headSize);
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
          .groups(Math.ceilDiv(y.dim(1), kernels.tile()), numHeads, y.dim(0));
    }
  }
}
