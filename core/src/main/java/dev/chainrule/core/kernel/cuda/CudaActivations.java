package dev.chainrule.core.kernel.cuda;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.Activation;
import dev.chainrule.core.kernel.ActivationKernels;
import org.jspecify.annotations.Nullable;

/** Nonlinear functions and gates. */
record CudaActivations(Pointwise pointwise) implements ActivationKernels {
  @Override
  public void activation(Tensor y, Tensor x, Activation f) {
    pointwise.activation(y, x, f);
  }

  @Override
  public void activationBackward(Tensor dX, boolean accumulate, Tensor dY, Tensor x, Activation f) {
    pointwise.activationBackward(dX, accumulate, dY, x, f);
  }

  @Override
  public void gelu(Tensor y, Tensor x) {
    pointwise.gelu(y, x);
  }

  @Override
  public void geluBackward(Tensor dX, boolean accumulate, Tensor dY, Tensor x) {
    pointwise.geluBackward(dX, accumulate, dY, x);
  }

  @Override
  public void concatElu(Tensor y, Tensor x) {
    pointwise.concatElu(y, x);
  }

  @Override
  public void concatEluBackward(Tensor dX, boolean accumulate, Tensor dY, Tensor x) {
    pointwise.concatEluBackward(dX, accumulate, dY, x);
  }

  @Override
  public void gatedActivation(Tensor y, Tensor x, @Nullable Tensor condition) {
    pointwise.gatedActivation(y, x, condition);
  }

  @Override
  public void gatedActivationBackward(
      @Nullable Tensor dX,
      boolean accumulate,
      @Nullable Tensor dCondition,
      boolean accumulateCondition,
      Tensor dY,
      Tensor x,
      @Nullable Tensor condition) {
    pointwise.gatedActivationBackward(
        dX, accumulate, dCondition, accumulateCondition, dY, x, condition);
  }

  @Override
  public void gatedLinear(
      Tensor y, Tensor x, @Nullable Tensor condition, @Nullable Tensor residual) {
    pointwise.gatedLinear(y, x, condition, residual);
  }

  @Override
  public void gatedLinearBackward(
      Tensor dX,
      boolean accumulate,
      @Nullable Tensor dCondition,
      boolean accumulateCondition,
      Tensor dY,
      Tensor x,
      @Nullable Tensor condition) {
    pointwise.gatedLinearBackward(
        dX, accumulate, dCondition, accumulateCondition, dY, x, condition);
  }
}
