package dev.chainrule.core.kernel.reference;

import dev.chainrule.core.array.Tensor;
import org.jspecify.annotations.Nullable;

/** Linear maps {@code y = x w^T + bias + residual}. */
final class Linear {
  private Linear() {}

  static void forward(
      Tensor y, Tensor x, Tensor w, @Nullable Tensor bias, @Nullable Tensor residual) {
    int in = w.dim(1);
    int out = w.dim(0);
    for (int n = 0; n < x.rows(); n++) {
      for (int o = 0; o < out; o++) {
        double sum = bias == null ? 0 : bias.get(o);
        for (int i = 0; i < in; i++) {
          sum += x.get((long) n * in + i) * w.get((long) o * in + i);
        }
        long at = (long) n * out + o;
        y.set(at, sum + (residual == null ? 0 : residual.get(at)));
      }
    }
  }

  static void backwardInput(Tensor dX, boolean accumulate, Tensor dY, Tensor w) {
    int in = w.dim(1);
    int out = w.dim(0);
    for (int n = 0; n < dY.rows(); n++) {
      for (int i = 0; i < in; i++) {
        double sum = 0;
        for (int o = 0; o < out; o++) {
          sum += dY.get((long) n * out + o) * w.get((long) o * in + i);
        }
        ReferenceKernels.write(dX, accumulate, (long) n * in + i, sum);
      }
    }
  }

  static void backwardWeight(Tensor dW, Tensor dY, Tensor x) {
    int in = dW.dim(1);
    int out = dW.dim(0);
    for (int o = 0; o < out; o++) {
      for (int i = 0; i < in; i++) {
        double sum = 0;
        for (int n = 0; n < x.rows(); n++) {
          sum += dY.get((long) n * out + o) * x.get((long) n * in + i);
        }
        ReferenceKernels.write(dW, true, (long) o * in + i, sum);
      }
    }
  }

  /** {@code dRows[r] += sum of dY[n]} over all n with n mod R = r, rows lying end to end. */
  static void sumRows(Tensor dRows, Tensor dY) {
    for (long i = 0; i < dRows.size(); i++) {
      double sum = 0;
      for (long at = i; at < dY.size(); at += dRows.size()) {
        sum += dY.get(at);
      }
      ReferenceKernels.write(dRows, true, i, sum);
    }
  }
}
