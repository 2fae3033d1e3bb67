package dev.chainrule.core.autograd;

import dev.chainrule.core.array.Tensor;
import org.jspecify.annotations.Nullable;

/** Differentiable activations; see {@link dev.chainrule.core.kernel.ActivationKernels}. */
public final class ActivationOps {
  private ActivationOps() {}

  /**
   * {@code tanh(a) sigmoid(b)}, a and b being the halves of the last dimension.
   *
   * @param x [..., 2C], N rows
   * @param condition [R, 2C], added to N/R rows each, N a multiple of R: one row for each sequence
   *     or image of the batch, or one for every place
   * @return [..., C]
   */
  public static Variable gatedActivation(Tape tape, Variable x, @Nullable Variable condition) {
    Tensor in = x.value();
    Tensor c = condition == null ? null : condition.value();
    if (in.dim(-1) % 2 != 0
        || (c != null && (c.dim(-1) != in.dim(-1) || in.rows() % c.rows() != 0))) {
      throw new IllegalArgumentException(
          "gatedActivation: shapes %s and %s do not fit".formatted(in, c));
    }
    int[] shape = in.shape();
    shape[shape.length - 1] /= 2;
    boolean needs = x.needsGradient() || (condition != null && condition.needsGradient());
    Variable y = tape.variable(needs, shape);
    tape.kernels().activations().gatedActivation(y.value(), in, c);
    tape.record(
        "gatedActivation",
        y,
        x,
        condition == null ? x : condition,
        () -> {
          boolean accumulate = x.gradientStarted();
          Tensor dX = x.needsGradient() ? tape.gradient(x) : null;
          boolean accumulateCondition = false;
          Tensor dCondition = null;
          if (condition != null && condition.needsGradient()) {
            accumulateCondition = condition.gradientStarted();
            dCondition = tape.gradient(condition);
          }
          tape.kernels()
              .activations()
              .gatedActivationBackward(
                  dX, accumulate, dCondition, accumulateCondition, tape.gradient(y), in, c);
        });
    return y;
  }

  /**
   * {@code residual + a sigmoid(b)}, a and b being the halves of the last dimension.
   *
   * @param x [..., 2C], N rows
   * @param condition [R, 2C], added to N/R rows each, N a multiple of R
   * @param residual [..., C]
   * @return [..., C]
   */
  public static Variable gatedLinear(
      Tape tape, Variable x, @Nullable Variable condition, Variable residual) {
    Tensor in = x.value();
    Tensor c = condition == null ? null : condition.value();
    int[] shape = in.shape();
    shape[shape.length - 1] /= 2;
    if (in.dim(-1) % 2 != 0
        || !residual.value().hasShape(shape)
        || (c != null && (c.dim(-1) != in.dim(-1) || in.rows() % c.rows() != 0))) {
      throw new IllegalArgumentException(
          "gatedLinear: shapes %s, %s and %s do not fit".formatted(in, c, residual));
    }
    Variable y = tape.variable(true, shape);
    tape.kernels().activations().gatedLinear(y.value(), in, c, residual.value());
    tape.record(
        "gatedLinear",
        y,
        x,
        residual,
        () -> {
          boolean accumulate = x.gradientStarted();
          Tensor dX = tape.gradient(x);
          boolean accumulateCondition = condition != null && condition.gradientStarted();
          Tensor dCondition =
              condition != null && condition.needsGradient() ? tape.gradient(condition) : null;
          tape.kernels()
              .activations()
              .gatedLinearBackward(
                  dX, accumulate, dCondition, accumulateCondition, tape.gradient(y), in, c);
          if (residual.needsGradient()) {
            tape.passGradient(y, residual);
          }
        });
    return y;
  }
}
