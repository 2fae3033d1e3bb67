package dev.chainrule.core.autograd;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.Activation;

/**
 * Differentiable functions of single elements; see {@link
 * dev.chainrule.core.kernel.ActivationKernels}.
 */
public final class ElementwiseOps {
  private ElementwiseOps() {}

  /** An activation of every element. */
  public static Variable activation(Tape tape, Variable x, Activation f) {
    Variable y = tape.variable(x.needsGradient(), x.value().shape());
    tape.kernels().activations().activation(y.value(), x.value(), f);
    tape.record(
        "activation",
        y,
        x,
        () -> {
          boolean accumulate = x.gradientStarted();
          if (!accumulate) {
            tape.passGradient(y, x);
          }
          Tensor dY = accumulate ? tape.gradient(y) : tape.gradient(x);
          tape.kernels()
              .activations()
              .activationBackward(tape.gradient(x), accumulate, dY, x.value(), f);
        });
    return y;
  }

  /**
   * ELU of x and of -x beside each other.
   *
   * @param x [..., C]
   * @return [..., 2C]
   */
  public static Variable concatElu(Tape tape, Variable x) {
    int[] shape = x.value().shape();
    shape[shape.length - 1] *= 2;
    Variable y = tape.variable(x.needsGradient(), shape);
    tape.kernels().activations().concatElu(y.value(), x.value());
    tape.record(
        "concatElu",
        y,
        x,
        () -> {
          boolean accumulate = x.gradientStarted();
          Tensor dX = tape.gradient(x);
          tape.kernels()
              .activations()
              .concatEluBackward(dX, accumulate, tape.gradient(y), x.value());
        });
    return y;
  }

  /**
   * Every element times a constant: a mask on weights.
   *
   * @param factors of x's shape, the same in every step
   */
  public static Variable scale(Tape tape, Variable x, Tensor factors) {
    if (!x.value().hasShape(factors.shape())) {
      throw new IllegalArgumentException("scale: %s by factors %s".formatted(x.value(), factors));
    }
    Tensor on = tape.lasting(factors);
    Variable y = tape.variable(x.needsGradient(), x.value().shape());
    tape.kernels().arrays().multiply(y.value(), false, x.value(), on);
    tape.record(
        "scale",
        y,
        x,
        () -> {
          boolean accumulate = x.gradientStarted();
          tape.kernels().arrays().multiply(tape.gradient(x), accumulate, tape.gradient(y), on);
        });
    return y;
  }

  /** Every element times the same number. */
  public static Variable scale(Tape tape, Variable x, double factor) {
    if (factor == 1) {
      return x;
    }
    Variable y = tape.variable(x.needsGradient(), x.value().shape());
    tape.kernels().arrays().fill(y.value(), 0);
    tape.kernels().arrays().addScaled(y.value(), x.value(), factor);
    tape.record(
        "scale by a number",
        y,
        x,
        () -> {
          boolean accumulate = x.gradientStarted();
          Tensor dX = tape.gradient(x);
          if (!accumulate) {
            tape.kernels().arrays().fill(dX, 0);
          }
          tape.kernels().arrays().addScaled(dX, tape.gradient(y), factor);
        });
    return y;
  }
}
