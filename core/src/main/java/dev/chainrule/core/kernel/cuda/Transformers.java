package dev.chainrule.core.kernel.cuda;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.GateFunction;
import org.jspecify.annotations.Nullable;

/** What transformers since LLaMA have beside attention; arguments as in the family. */
final class Transformers {
  private static final int ROWS_A_GROUP = 8;
  private static final int COLUMNS = 32;

  private final Gpu gpu;
  private final Sums sums;
  private final DeviceBuffer parts;
  private final Kernel rmsNorm;
  private final Kernel rmsNormBackward;
  private final Kernel rmsNormColumns;
  private final Kernel rotary;
  private final Kernel gatedUnit;
  private final Kernel gatedUnitBackward;
  private final Kernel softCap;
  private final Kernel softCapBackward;

  Transformers(Gpu gpu, Sums sums) {
    this.gpu = gpu;
    this.sums = sums;
    parts = new DeviceBuffer(gpu);
    rmsNorm = kernel("rms_norm");
    rmsNormBackward = kernel("rms_norm_backward");
    rmsNormColumns = kernel("rms_norm_columns");
    rotary = kernel("rotary");
    gatedUnit = kernel("gated_unit");
    gatedUnitBackward = kernel("gated_unit_backward");
    softCap = kernel("soft_cap");
    softCapBackward = kernel("soft_cap_backward");
  }

  private Kernel kernel(String name) {
    return new Kernel(gpu, "transformer", name, 256);
  }

  void rmsNorm(Tensor y, Tensor rootInverse, Tensor x, Tensor gain, double epsilon) {
    long rows = x.size() / gain.size();
    rmsNorm
        .launch()
        .floats(y)
        .floats(rootInverse)
        .floats(x)
        .floats(gain)
        .wide(rows)
        .integer(gain.dim(0))
        .number(epsilon)
        .groups(Math.ceilDiv(rows, ROWS_A_GROUP), 1, 1);
  }

  void rmsNormBackward(
      @Nullable Tensor dX,
      boolean accumulate,
      @Nullable Tensor dGain,
      Tensor dY,
      Tensor rootInverse,
      Tensor x,
      Tensor gain) {
    int width = gain.dim(0);
    long rows = x.size() / width;
    if (dGain != null) {
      long columns = Math.ceilDiv(width, COLUMNS);
      int split = sums.split(columns, rows);
      long partial = parts.floats((long) split * width);
      rmsNormColumns
          .launch()
          .pointer(partial)
          .floats(dY)
          .floats(rootInverse)
          .floats(x)
          .wide(rows)
          .integer(width)
          .groups(columns, split, 1);
      sums.addParts(Launch.address(dGain), true, partial, width, split, width);
    }
    if (dX != null) {
      rmsNormBackward
          .launch()
          .floats(dX)
          .flag(accumulate)
          .floats(dY)
          .floats(rootInverse)
          .floats(x)
          .floats(gain)
          .wide(rows)
          .integer(width)
          .groups(Math.ceilDiv(rows, ROWS_A_GROUP), 1, 1);
    }
  }

  void rotary(Tensor y, boolean accumulate, Tensor x, Tensor cos, Tensor sin, boolean inverse) {
    int half = cos.dim(1);
    long points = x.size() / 2;
    rotary
        .launch()
        .floats(y)
        .flag(accumulate)
        .floats(x)
        .floats(cos)
        .floats(sin)
        .flag(inverse)
        .integer(x.dim(1))
        .integer(x.dim(2) / (2 * half))
        .integer(half)
        .wide(points)
        .each(points);
  }

  void gatedUnit(Tensor y, Tensor gate, @Nullable Tensor up, GateFunction f) {
    gatedUnit
        .launch()
        .floats(y)
        .floats(gate)
        .floats(up)
        .integer(number(f))
        .wide(y.size())
        .each(y.size());
  }

  void gatedUnitBackward(
      @Nullable Tensor dGate,
      boolean accumulate,
      @Nullable Tensor dUp,
      boolean accumulateUp,
      Tensor dY,
      Tensor gate,
      @Nullable Tensor up,
      GateFunction f) {
    gatedUnitBackward
        .launch()
        .floats(dGate)
        .flag(accumulate)
        .floats(dUp)
        .flag(accumulateUp)
        .floats(dY)
        .floats(gate)
        .floats(up)
        .integer(number(f))
        .wide(dY.size())
        .each(dY.size());
  }

  /** As the kernel text numbers them. */
  static int number(GateFunction f) {
    return switch (f) {
      case SILU -> 0;
      case GELU -> 1;
      case GELU_TANH -> 2;
      case RELU -> 3;
    };
  }

  void softCap(Tensor y, Tensor x, double cap) {
    softCap.launch().floats(y).floats(x).number(cap).wide(y.size()).each(y.size());
  }

  void softCapBackward(Tensor dX, boolean accumulate, Tensor dY, Tensor y, double cap) {
    softCapBackward
        .launch()
        .floats(dX)
        .flag(accumulate)
        .floats(dY)
        .floats(y)
        .number(cap)
        .wide(dX.size())
        .each(dX.size());
  }
}
