package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.kernel.vector.VectorKernels.address;
import static dev.chainrule.core.kernel.vector.VectorKernels.size;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.Activation;
import dev.chainrule.core.kernel.ActivationKernels;
import org.jspecify.annotations.Nullable;

/** Nonlinear functions and gates. */
final class VectorActivations implements ActivationKernels {
  @Override
  public void activation(Tensor y, Tensor x, Activation f) {
    Activations.forward(y.address(), x.address(), f, size(x));
  }

  @Override
  public void activationBackward(Tensor dX, boolean accumulate, Tensor dY, Tensor x, Activation f) {
    Activations.backward(dX.address(), accumulate, dY.address(), x.address(), f, size(x));
  }

  @Override
  public void gelu(Tensor y, Tensor x) {
    Gelu.forward(y.address(), x.address(), size(x));
  }

  @Override
  public void geluBackward(Tensor dX, boolean accumulate, Tensor dY, Tensor x) {
    Gelu.backward(dX.address(), accumulate, dY.address(), x.address(), size(x));
  }

  @Override
  public void concatElu(Tensor y, Tensor x) {
    Activations.concatElu(y.address(), x.address(), x.rows(), x.dim(-1));
  }

  @Override
  public void concatEluBackward(Tensor dX, boolean accumulate, Tensor dY, Tensor x) {
    Activations.concatEluBackward(
        dX.address(), accumulate, dY.address(), x.address(), x.rows(), x.dim(-1));
  }

  @Override
  public void gatedActivation(Tensor y, Tensor x, @Nullable Tensor condition) {
    int group = condition == null ? 1 : x.rows() / condition.rows();
    GatedActivation.forward(
        y.address(), x.address(), address(condition), x.rows(), y.dim(-1), group);
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
    if (dCondition != null && !accumulateCondition) {
      dCondition.segment().fill((byte) 0);
    }
    GatedActivation.backward(
        address(dX),
        accumulate,
        address(dCondition),
        dY.address(),
        x.address(),
        address(condition),
        x.rows(),
        dY.dim(-1),
        condition == null ? 1 : x.rows() / condition.rows());
  }

  @Override
  public void gatedLinear(
      Tensor y, Tensor x, @Nullable Tensor condition, @Nullable Tensor residual) {
    int group = condition == null ? 1 : x.rows() / condition.rows();
    GatedLinear.forward(
        y.address(),
        x.address(),
        address(condition),
        address(residual),
        x.rows(),
        y.dim(-1),
        group);
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
    if (dCondition != null && !accumulateCondition) {
      dCondition.segment().fill((byte) 0);
    }
    int group = condition == null ? 1 : x.rows() / condition.rows();
    GatedLinear.backward(
        dX.address(),
        accumulate,
        address(dCondition),
        dY.address(),
        x.address(),
        address(condition),
        x.rows(),
        dY.dim(-1),
        group);
  }
}
