package dev.chainrule.core.kernel.cuda;

import dev.chainrule.core.array.Tensor;
import org.jspecify.annotations.Nullable;

/** Normalisation and softmax: what needs whole rows. */
final class Rows {
  private static final int COLUMNS = 32;

  private final Gpu gpu;
  private final Sums sums;
  private final DeviceBuffer parts;
  private final Kernel layerNorm;
  private final Kernel layerNormBackward;
  private final Kernel layerNormColumns;
  private final Kernel crossEntropy;
  private final Kernel crossEntropyBackward;
  private final Kernel weightNorm;
  private final Kernel weightNormBackward;

  Rows(Gpu gpu, Sums sums) {
    this.gpu = gpu;
    this.sums = sums;
    parts = new DeviceBuffer(gpu);
    layerNorm = kernel("layer_norm");
    layerNormBackward = kernel("layer_norm_backward");
    layerNormColumns = kernel("layer_norm_columns");
    crossEntropy = kernel("cross_entropy");
    crossEntropyBackward = kernel("cross_entropy_backward");
    weightNorm = kernel("weight_norm");
    weightNormBackward = kernel("weight_norm_backward");
  }

  private Kernel kernel(String name) {
    return new Kernel(gpu, "rows", name, 256);
  }

  void layerNorm(
      Tensor y,
      Tensor mean,
      Tensor rstd,
      Tensor x,
      Tensor gain,
      @Nullable Tensor bias,
      double epsilon) {
    layerNorm
        .launch()
        .floats(y)
        .floats(mean)
        .floats(rstd)
        .floats(x)
        .floats(gain)
        .floats(bias)
        .integer(x.dim(-1))
        .number(epsilon)
        .groups(x.rows(), 1, 1);
  }

  void layerNormBackward(
      Tensor dX,
      boolean accumulate,
      Tensor dGain,
      @Nullable Tensor dBias,
      Tensor dY,
      Tensor mean,
      Tensor rstd,
      Tensor x,
      Tensor gain) {
    int width = x.dim(-1);
    int rows = x.rows();
    long columns = Math.ceilDiv(width, COLUMNS);
    int split = sums.split(columns, rows);
    long partial = parts.floats(2L * split * width);
    layerNormColumns
        .launch()
        .pointer(partial)
        .floats(dY)
        .floats(mean)
        .floats(rstd)
        .floats(x)
        .integer(rows)
        .integer(width)
        .groups(columns, split, 1);
    sums.addParts(Launch.address(dGain), true, partial, 2L * width, split, width);
    if (dBias != null) {
      long biases = partial + 4L * width;
      sums.addParts(Launch.address(dBias), true, biases, 2L * width, split, width);
    }
    layerNormBackward
        .launch()
        .floats(dX)
        .flag(accumulate)
        .floats(dY)
        .floats(mean)
        .floats(rstd)
        .floats(x)
        .floats(gain)
        .integer(width)
        .groups(rows, 1, 1);
  }

  void crossEntropy(Tensor nll, Tensor logSumExp, Tensor logits, Tensor targets) {
    crossEntropy
        .launch()
        .floats(nll)
        .floats(logSumExp)
        .floats(logits)
        .ints(targets)
        .integer(logits.dim(-1))
        .groups(logits.rows(), 1, 1);
  }

  void crossEntropyBackward(
      Tensor dLogits,
      boolean accumulate,
      Tensor dNll,
      Tensor logSumExp,
      Tensor logits,
      Tensor targets) {
    crossEntropyBackward
        .launch()
        .floats(dLogits)
        .flag(accumulate)
        .floats(dNll)
        .floats(logSumExp)
        .floats(logits)
        .ints(targets)
        .integer(logits.dim(-1))
        .groups(logits.rows(), 1, 1);
  }

  void weightNorm(Tensor w, Tensor norms, Tensor v, Tensor gain, boolean columns) {
    long units = gain.size();
    long depth = v.size() / Math.max(1, units);
    weightNorm
        .launch()
        .floats(w)
        .floats(norms)
        .floats(v)
        .floats(gain)
        .wide(columns ? 1 : depth)
        .wide(columns ? units : 1)
        .wide(depth)
        .groups(units, 1, 1);
  }

  void weightNormBackward(
      Tensor dV, Tensor dGain, Tensor dW, Tensor norms, Tensor v, Tensor gain, boolean columns) {
    long units = gain.size();
    long depth = v.size() / Math.max(1, units);
    weightNormBackward
        .launch()
        .floats(dV)
        .floats(dGain)
        .floats(dW)
        .floats(norms)
        .floats(v)
        .floats(gain)
        .wide(columns ? 1 : depth)
        .wide(columns ? units : 1)
        .wide(depth)
        .groups(units, 1, 1);
  }
}
