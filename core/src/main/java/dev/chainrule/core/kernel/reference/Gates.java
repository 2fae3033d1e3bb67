package dev.chainrule.core.kernel.reference;

import dev.chainrule.core.kernel.GateFunction;
import org.apache.commons.math3.special.Erf;

/** The functions of {@link GateFunction} and their slopes. */
final class Gates {
  private static final double TANH_SCALE = Math.sqrt(2 / Math.PI);
  private static final double TANH_CUBIC = 0.044715;

  private Gates() {}

  static double value(GateFunction f, double x) {
    return switch (f) {
      case SILU -> x * sigmoid(x);
      case GELU -> x * normal(x);
      case GELU_TANH -> x / 2 * (1 + Math.tanh(TANH_SCALE * (x + TANH_CUBIC * x * x * x)));
      case RELU -> Math.max(x, 0);
    };
  }

  static double slope(GateFunction f, double x) {
    return switch (f) {
      case SILU -> sigmoid(x) * (1 + x * (1 - sigmoid(x)));
      case GELU -> normal(x) + x * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
      case GELU_TANH -> {
        double tanh = Math.tanh(TANH_SCALE * (x + TANH_CUBIC * x * x * x));
        double inner = TANH_SCALE * (1 + 3 * TANH_CUBIC * x * x);
        yield (1 + tanh) / 2 + x / 2 * (1 - tanh * tanh) * inner;
      }
      case RELU -> x > 0 ? 1 : 0;
    };
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  /** The probability of a standard normal number up to x. */
  private static double normal(double x) {
    return Erf.erfc(-x / Math.sqrt(2)) / 2;
  }
}
