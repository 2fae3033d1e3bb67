package dev.chainrule.core.kernel.reference;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.Activation;

/** The functions of {@link Activation} and concatenated ELU. */
final class Activations {
  private Activations() {}

  static void forward(Tensor y, Tensor x, Activation f) {
    for (long i = 0; i < y.size(); i++) {
      y.set(i, value(x.get(i), f));
    }
  }

  static void backward(Tensor dX, boolean accumulate, Tensor dY, Tensor x, Activation f) {
    for (long i = 0; i < dX.size(); i++) {
      ReferenceKernels.write(dX, accumulate, i, slope(x.get(i), f) * dY.get(i));
    }
  }

  static void concatElu(Tensor y, Tensor x) {
    int width = x.dim(-1);
    for (long i = 0; i < x.size(); i++) {
      long at = i / width * 2 * width + i % width;
      y.set(at, value(x.get(i), Activation.ELU));
      y.set(at + width, value(-x.get(i), Activation.ELU));
    }
  }

  static void concatEluBackward(Tensor dX, boolean accumulate, Tensor dY, Tensor x) {
    int width = x.dim(-1);
    for (long i = 0; i < x.size(); i++) {
      long at = i / width * 2 * width + i % width;
      double d = slope(x.get(i), Activation.ELU) * dY.get(at);
      d -= slope(-x.get(i), Activation.ELU) * dY.get(at + width);
      ReferenceKernels.write(dX, accumulate, i, d);
    }
  }

  private static double value(double x, Activation f) {
    return switch (f) {
      case RELU -> Math.max(x, 0);
      case ELU -> x > 0 ? x : Math.expm1(x);
    };
  }

  private static double slope(double x, Activation f) {
    return switch (f) {
      case RELU -> x > 0 ? 1 : 0;
      case ELU -> x > 0 ? 1 : Math.exp(x);
    };
  }
}
