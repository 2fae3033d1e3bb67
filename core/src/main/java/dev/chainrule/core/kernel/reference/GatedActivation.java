package dev.chainrule.core.kernel.reference;

import static dev.chainrule.core.kernel.reference.ReferenceKernels.write;

import dev.chainrule.core.array.Tensor;
import org.jspecify.annotations.Nullable;

/** The gated unit {@code tanh(a) sigmoid(b)}. */
final class GatedActivation {
  private final int channels;
  private final Tensor x;
  private final @Nullable Tensor condition;
  private final int group;

  GatedActivation(Tensor x, @Nullable Tensor condition) {
    this.channels = x.dim(-1) / 2;
    this.x = x;
    this.condition = condition;
    this.group = condition == null ? 1 : x.rows() / condition.rows();
  }

  void forward(Tensor y) {
    for (int n = 0; n < y.rows(); n++) {
      for (int c = 0; c < channels; c++) {
        y.set((long) n * channels + c, Math.tanh(sum(n, c)) * sigmoid(sum(n, channels + c)));
      }
    }
  }

  void backward(
      @Nullable Tensor dX,
      boolean accumulate,
      @Nullable Tensor dCondition,
      boolean accumulateCondition,
      Tensor dY) {
    double[] conditionSums = new double[dCondition == null ? 0 : (int) dCondition.size()];
    for (int n = 0; n < dY.rows(); n++) {
      for (int c = 0; c < channels; c++) {
        double tanh = Math.tanh(sum(n, c));
        double sigmoid = sigmoid(sum(n, channels + c));
        double d = dY.get((long) n * channels + c);
        double dA = d * sigmoid * (1 - tanh * tanh);
        double dB = d * tanh * sigmoid * (1 - sigmoid);
        if (dX != null) {
          write(dX, accumulate, 2L * channels * n + c, dA);
          write(dX, accumulate, 2L * channels * n + channels + c, dB);
        }
        if (dCondition != null) {
          conditionSums[2 * channels * (n / group) + c] += dA;
          conditionSums[2 * channels * (n / group) + channels + c] += dB;
        }
      }
    }
    for (int i = 0; i < conditionSums.length && dCondition != null; i++) {
      write(dCondition, accumulateCondition, i, conditionSums[i]);
    }
  }

  private double sum(int n, int i) {
    double value = x.get(2L * channels * n + i);
    return condition == null ? value : value + condition.get(2L * channels * (n / group) + i);
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }
}
