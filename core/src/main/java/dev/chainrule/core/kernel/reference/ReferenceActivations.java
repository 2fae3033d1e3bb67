package dev.chainrule.core.kernel.reference;

import static dev.chainrule.core.kernel.reference.ReferenceKernels.write;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.Activation;
import dev.chainrule.core.kernel.ActivationKernels;
import org.jspecify.annotations.Nullable;

/** Nonlinear functions, one number after the other. */
final class ReferenceActivations implements ActivationKernels {
  private static final double GELU_SCALE = Math.sqrt(2 / Math.PI);
  private static final double GELU_CUBIC = 0.044715;

  @Override
  public void activation(Tensor y, Tensor x, Activation f) {
    Activations.forward(y, x, f);
  }

  @Override
  public void activationBackward(Tensor dX, boolean accumulate, Tensor dY, Tensor x, Activation f) {
    Activations.backward(dX, accumulate, dY, x, f);
  }

  @Override
  public void gelu(Tensor y, Tensor x) {
    for (long i = 0; i < y.size(); i++) {
      double u = x.get(i);
      y.set(i, u / 2 * (1 + Math.tanh(GELU_SCALE * (u + GELU_CUBIC * u * u * u))));
    }
  }

  @Override
  public void geluBackward(Tensor dX, boolean accumulate, Tensor dY, Tensor x) {
    for (long i = 0; i < dX.size(); i++) {
      double u = x.get(i);
      double tanh = Math.tanh(GELU_SCALE * (u + GELU_CUBIC * u * u * u));
      double inner = GELU_SCALE * (1 + 3 * GELU_CUBIC * u * u);
      double slope = (1 + tanh) / 2 + u / 2 * (1 - tanh * tanh) * inner;
      write(dX, accumulate, i, slope * dY.get(i));
    }
  }

  @Override
  public void concatElu(Tensor y, Tensor x) {
    Activations.concatElu(y, x);
  }

  @Override
  public void concatEluBackward(Tensor dX, boolean accumulate, Tensor dY, Tensor x) {
    Activations.concatEluBackward(dX, accumulate, dY, x);
  }

  @Override
  public void gatedActivation(Tensor y, Tensor x, @Nullable Tensor condition) {
    new GatedActivation(x, condition).forward(y);
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
    new GatedActivation(x, condition).backward(dX, accumulate, dCondition, accumulateCondition, dY);
  }

  @Override
  public void gatedLinear(
      Tensor y, Tensor x, @Nullable Tensor condition, @Nullable Tensor residual) {
    int channels = y.dim(-1);
    int group = condition == null ? 1 : x.rows() / condition.rows();
    for (int n = 0; n < x.rows(); n++) {
      for (int c = 0; c < channels; c++) {
        long at = 2L * channels * n + c;
        long shared = 2L * channels * (n / group) + c;
        double a = x.get(at) + (condition == null ? 0 : condition.get(shared));
        double b =
            x.get(at + channels) + (condition == null ? 0 : condition.get(shared + channels));
        long i = (long) channels * n + c;
        y.set(i, a / (1 + Math.exp(-b)) + (residual == null ? 0 : residual.get(i)));
      }
    }
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
    int channels = dY.dim(-1);
    int group = condition == null ? 1 : x.rows() / condition.rows();
    if (dCondition != null && !accumulateCondition) {
      dCondition.fill(0);
    }
    for (int n = 0; n < x.rows(); n++) {
      for (int c = 0; c < channels; c++) {
        long at = 2L * channels * n + c;
        long shared = 2L * channels * (n / group) + c;
        double a = x.get(at) + (condition == null ? 0 : condition.get(shared));
        double b =
            x.get(at + channels) + (condition == null ? 0 : condition.get(shared + channels));
        double gate = 1 / (1 + Math.exp(-b));
        double d = dY.get((long) channels * n + c);
        double dA = d * gate;
        double dB = d * a * gate * (1 - gate);
        dX.set(at, accumulate ? dX.get(at) + dA : dA);
        dX.set(at + channels, accumulate ? dX.get(at + channels) + dB : dB);
        if (dCondition != null) {
          dCondition.set(shared, dCondition.get(shared) + dA);
          dCondition.set(shared + channels, dCondition.get(shared + channels) + dB);
        }
      }
    }
  }
}
