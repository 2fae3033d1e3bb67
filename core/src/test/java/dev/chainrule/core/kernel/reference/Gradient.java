package dev.chainrule.core.kernel.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.GuardedTensors;

/** What an operation writes as the gradient of an input, held against central differences. */
final class Gradient {
  private static final double STEP = 1e-5;

  private final GuardedTensors t;
  private final Tensor input;
  final Tensor tensor;
  private final double[] before;

  Gradient(GuardedTensors t, Tensor input, boolean accumulate) {
    this.t = t;
    this.input = input;
    this.tensor = t.gradient(accumulate, input.shape());
    this.before = accumulate ? tensor.toDoubles() : new double[(int) tensor.size()];
  }

  /** Against the operation run forwards, whose output y has the gradient dY. */
  void check(Runnable forward, Tensor y, Tensor dY) {
    for (int i = 0; i < input.size(); i++) {
      double value = input.get(i);
      input.set(i, value + STEP);
      double above = loss(forward, y, dY);
      input.set(i, value - STEP);
      double below = loss(forward, y, dY);
      input.set(i, value);
      double numeric = (above - below) / (2 * STEP);
      assertThat(tensor.get(i) - before[i])
          .as("element %d of %s", i, input)
          .isEqualTo(numeric, within(1e-7 * (1 + Math.abs(numeric))));
    }
    t.assertGuardsIntact();
  }

  private static double loss(Runnable forward, Tensor y, Tensor dY) {
    forward.run();
    double sum = 0;
    for (int i = 0; i < y.size(); i++) {
      sum += y.get(i) * dY.get(i);
    }
    return sum;
  }
}
