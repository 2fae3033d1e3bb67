package dev.chainrule.core.kernel.nd4j;

import static dev.chainrule.core.kernel.nd4j.Views.matrix;
import static dev.chainrule.core.kernel.nd4j.Views.matrixOrNull;
import static dev.chainrule.core.kernel.nd4j.Views.row;
import static dev.chainrule.core.kernel.nd4j.Views.write;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.Activation;
import dev.chainrule.core.kernel.ActivationKernels;
import dev.chainrule.core.kernel.reference.HostCopies;
import dev.chainrule.core.kernel.reference.StandIn;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Nonlinear functions and gates. */
final class Nd4jActivations implements ActivationKernels {
  private static final double GELU_SCALE = Math.sqrt(2 / Math.PI);
  private static final double GELU_CUBIC = 0.044715;

  private final StandIn standIn;

  Nd4jActivations(StandIn standIn) {
    this.standIn = standIn;
  }

  @Override
  public void activation(Tensor y, Tensor x, Activation f) {
    Activations.forward(row(y), row(x), f);
  }

  @Override
  public void activationBackward(Tensor dX, boolean accumulate, Tensor dY, Tensor x, Activation f) {
    try (Temporaries t = new Temporaries()) {
      write(row(dX), accumulate, Activations.slope(t, row(x), f).muli(row(dY)));
    }
  }

  @Override
  public void gelu(Tensor y, Tensor x) {
    try (Temporaries t = new Temporaries()) {
      INDArray half = t.own(row(x).mul(0.5));
      row(y).assign(t.own(geluTanh(row(x))).addi(1).muli(half));
    }
  }

  @Override
  public void geluBackward(Tensor dX, boolean accumulate, Tensor dY, Tensor x) {
    try (Temporaries t = new Temporaries()) {
      INDArray u = row(x);
      INDArray tanh = t.own(geluTanh(u));
      INDArray inner = t.own(u.mul(u)).muli(3 * GELU_CUBIC).addi(1).muli(GELU_SCALE);
      INDArray slope =
          t.own(tanh.mul(tanh)).rsubi(1).muli(inner).muli(u).addi(tanh).addi(1).muli(0.5);
      write(row(dX), accumulate, slope.muli(row(dY)));
    }
  }

  @Override
  public void concatElu(Tensor y, Tensor x) {
    try (Temporaries t = new Temporaries()) {
      Activations.concatElu(t, matrix(y), matrix(x));
    }
  }

  @Override
  public void concatEluBackward(Tensor dX, boolean accumulate, Tensor dY, Tensor x) {
    try (Temporaries t = new Temporaries()) {
      write(matrix(dX), accumulate, Activations.concatEluBackward(t, matrix(dY), matrix(x)));
    }
  }

  @Override
  public void gatedActivation(Tensor y, Tensor x, @Nullable Tensor condition) {
    try (Temporaries t = new Temporaries()) {
      new GatedActivation(t, matrix(x), matrixOrNull(condition)).forward(matrix(y));
    }
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
    try (Temporaries t = new Temporaries()) {
      new GatedActivation(t, matrix(x), matrixOrNull(condition))
          .backward(
              t,
              matrixOrNull(dX),
              accumulate,
              matrixOrNull(dCondition),
              accumulateCondition,
              matrix(dY));
    }
  }

  @Override
  public void gatedLinear(
      Tensor y, Tensor x, @Nullable Tensor condition, @Nullable Tensor residual) {
    standIn().gatedLinear(y, x, condition, residual);
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
    standIn()
        .gatedLinearBackward(dX, accumulate, dCondition, accumulateCondition, dY, x, condition);
  }

  private ActivationKernels standIn() {
    return HostCopies.of(ActivationKernels.class, standIn.of("gated linear unit").activations());
  }

  private static INDArray geluTanh(INDArray x) {
    INDArray inner = x.mul(x).muli(GELU_CUBIC).addi(1).muli(x).muli(GELU_SCALE);
    return Transforms.tanh(inner, false);
  }
}
