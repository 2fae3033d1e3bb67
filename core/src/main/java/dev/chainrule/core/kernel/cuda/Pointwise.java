package dev.chainrule.core.kernel.cuda;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.Activation;
import dev.chainrule.core.kernel.AdamWStep;
import org.jspecify.annotations.Nullable;

/** What is done with each number alone; arguments as in the families of kernels. */
final class Pointwise {
  private static final int TANH_GATE = 0;
  private static final int LINEAR_GATE = 1;

  private final Gpu gpu;
  private final Sums sums;
  private final DeviceBuffer scratch;
  private final Kernel addScaled;
  private final Kernel add;
  private final Kernel addRows;
  private final Kernel multiply;
  private final Kernel gelu;
  private final Kernel geluBackward;
  private final Kernel activation;
  private final Kernel activationBackward;
  private final Kernel concatElu;
  private final Kernel concatEluBackward;
  private final Kernel dropout;
  private final Kernel gate;
  private final Kernel gateBackward;
  private final Kernel swapAxes;
  private final Kernel scaleRows;
  private final Kernel adamW;

  Pointwise(Gpu gpu, Sums sums) {
    this.gpu = gpu;
    this.sums = sums;
    scratch = new DeviceBuffer(gpu);
    addScaled = kernel("add_scaled");
    add = kernel("add");
    addRows = kernel("add_rows");
    multiply = kernel("multiply");
    gelu = kernel("gelu");
    geluBackward = kernel("gelu_backward");
    activation = kernel("activation");
    activationBackward = kernel("activation_backward");
    concatElu = kernel("concat_elu");
    concatEluBackward = kernel("concat_elu_backward");
    dropout = kernel("dropout");
    gate = kernel("gate");
    gateBackward = kernel("gate_backward");
    swapAxes = kernel("swap_axes");
    scaleRows = kernel("scale_rows");
    adamW = kernel("adam_w");
  }

  private Kernel kernel(String name) {
    return new Kernel(gpu, "pointwise", name, 256);
  }

  void copy(Tensor y, Tensor x) {
    gpu.copy(y.address(), x.address(), y.size() * y.dtype().bytes());
  }

  void fill(Tensor x, double value) {
    int word = x.dtype() == DType.INT32 ? (int) value : Float.floatToRawIntBits((float) value);
    gpu.set(x.dtype() == DType.INT32 ? x.address() : Launch.address(x), word, x.size());
  }

  void addScaled(Tensor y, Tensor x, double alpha) {
    addScaled.launch().floats(y).floats(x).number(alpha).wide(y.size()).each(y.size());
  }

  void add(Tensor y, Tensor a, Tensor b) {
    add.launch().floats(y).floats(a).floats(b).wide(y.size()).each(y.size());
  }

  void multiply(Tensor y, boolean accumulate, Tensor a, Tensor b) {
    long n = y.size();
    multiply.launch().floats(y).flag(accumulate).floats(a).floats(b).wide(n).each(n);
  }

  void addRows(Tensor y, Tensor x, Tensor rows) {
    long n = y.size();
    addRows.launch().floats(y).floats(x).floats(rows).wide(rows.size()).wide(n).each(n);
  }

  void gelu(Tensor y, Tensor x) {
    gelu.launch().floats(y).floats(x).wide(y.size()).each(y.size());
  }

  void geluBackward(Tensor dX, boolean accumulate, Tensor dY, Tensor x) {
    long n = dX.size();
    geluBackward.launch().floats(dX).flag(accumulate).floats(dY).floats(x).wide(n).each(n);
  }

  void activation(Tensor y, Tensor x, Activation f) {
    activation.launch().floats(y).floats(x).integer(number(f)).wide(y.size()).each(y.size());
  }

  void activationBackward(Tensor dX, boolean accumulate, Tensor dY, Tensor x, Activation f) {
    activationBackward
        .launch()
        .floats(dX)
        .flag(accumulate)
        .floats(dY)
        .floats(x)
        .integer(number(f))
        .wide(dX.size())
        .each(dX.size());
  }

  private static int number(Activation f) {
    return switch (f) {
      case RELU -> 0;
      case ELU -> 1;
    };
  }

  void concatElu(Tensor y, Tensor x) {
    concatElu.launch().floats(y).floats(x).integer(x.dim(-1)).wide(x.size()).each(x.size());
  }

  void concatEluBackward(Tensor dX, boolean accumulate, Tensor dY, Tensor x) {
    concatEluBackward
        .launch()
        .floats(dX)
        .flag(accumulate)
        .floats(dY)
        .floats(x)
        .integer(x.dim(-1))
        .wide(x.size())
        .each(x.size());
  }

  void dropout(Tensor y, boolean accumulate, Tensor x, double probability, long key) {
    // A uniform number of 53 bits is below the probability where its bits are below this.
    long threshold = (long) Math.ceil(probability * 0x1p53);
    dropout
        .launch()
        .floats(y)
        .flag(accumulate)
        .floats(x)
        .wide(threshold)
        .number(1 / (1 - probability))
        .wide(key)
        .wide(y.size())
        .each(y.size());
  }

  void gatedActivation(Tensor y, Tensor x, @Nullable Tensor condition) {
    gate(y, x, condition, null, TANH_GATE);
  }

  void gatedLinear(Tensor y, Tensor x, @Nullable Tensor condition, @Nullable Tensor residual) {
    gate(y, x, condition, residual, LINEAR_GATE);
  }

  private void gate(
      Tensor y, Tensor x, @Nullable Tensor condition, @Nullable Tensor residual, int kind) {
    gate.launch()
        .floats(y)
        .floats(x)
        .floats(condition)
        .floats(residual)
        .integer(kind)
        .integer(y.dim(-1))
        .integer(group(x, condition))
        .wide(y.size())
        .each(y.size());
  }

  void gatedActivationBackward(
      @Nullable Tensor dX,
      boolean accumulate,
      @Nullable Tensor dCondition,
      boolean accumulateCondition,
      Tensor dY,
      Tensor x,
      @Nullable Tensor condition) {
    gateBackward(dX, accumulate, dY, x, condition, TANH_GATE);
    conditionBackward(dX, accumulate, dCondition, accumulateCondition, dY, x, condition, TANH_GATE);
  }

  void gatedLinearBackward(
      Tensor dX,
      boolean accumulate,
      @Nullable Tensor dCondition,
      boolean accumulateCondition,
      Tensor dY,
      Tensor x,
      @Nullable Tensor condition) {
    gateBackward(dX, accumulate, dY, x, condition, LINEAR_GATE);
    conditionBackward(
        dX, accumulate, dCondition, accumulateCondition, dY, x, condition, LINEAR_GATE);
  }

  private void gateBackward(
      @Nullable Tensor dX,
      boolean accumulate,
      Tensor dY,
      Tensor x,
      @Nullable Tensor condition,
      int kind) {
    if (dX != null) {
      gateBackward(Launch.address(dX), accumulate, dY, x, condition, kind);
    }
  }

  private void gateBackward(
      long dX, boolean accumulate, Tensor dY, Tensor x, @Nullable Tensor condition, int kind) {
    gateBackward
        .launch()
        .pointer(dX)
        .flag(accumulate)
        .floats(dY)
        .floats(x)
        .floats(condition)
        .integer(kind)
        .integer(dY.dim(-1))
        .integer(group(x, condition))
        .wide(dY.size())
        .each(dY.size());
  }

  /** The gradient of a condition is the sum of those of the rows that it serves. */
  private void conditionBackward(
      @Nullable Tensor dX,
      boolean accumulate,
      @Nullable Tensor dCondition,
      boolean accumulateCondition,
      Tensor dY,
      Tensor x,
      @Nullable Tensor condition,
      int kind) {
    if (dCondition == null || condition == null) {
      return;
    }
    long from;
    if (dX != null && !accumulate) {
      from = Launch.address(dX);
    } else {
      from = scratch.floats(x.size());
      gateBackward(from, false, dY, x, condition, kind);
    }
    sums.groups(dCondition, accumulateCondition, from, group(x, condition));
  }

  private static int group(Tensor x, @Nullable Tensor condition) {
    return condition == null ? 1 : Math.max(1, x.rows() / Math.max(1, condition.rows()));
  }

  void swapAxes(Tensor y, boolean accumulate, Tensor x) {
    swapAxes
        .launch()
        .floats(y)
        .flag(accumulate)
        .floats(x)
        .integer(x.dim(0))
        .integer(x.dim(1))
        .integer(x.dim(2))
        .wide(x.size())
        .each(x.size());
  }

  /** {@code dX[n] (+)= d[n] slopes[n]}, rows of slopes. */
  void scaleRows(Tensor dX, boolean accumulate, Tensor d, Tensor slopes) {
    scaleRows
        .launch()
        .floats(dX)
        .flag(accumulate)
        .floats(d)
        .floats(slopes)
        .integer(Math.toIntExact(slopes.size() / Math.max(1, d.size())))
        .wide(slopes.size())
        .each(slopes.size());
  }

  void adamW(Tensor parameters, Tensor gradients, Tensor m, Tensor v, AdamWStep step) {
    adamW
        .launch()
        .floats(parameters)
        .floats(gradients)
        .floats(m)
        .floats(v)
        .number(step.gradientScale())
        .number(step.beta1())
        .number(step.beta2())
        .number(1 - step.beta1())
        .number(1 - step.beta2())
        .number(step.stepSize())
        .number(step.vScale())
        .number(step.epsilon())
        .number(step.decay())
        .wide(parameters.size())
        .each(parameters.size());
  }
}
