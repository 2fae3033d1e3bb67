package dev.chainrule.core.kernel.reference;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.Taps;
import org.jspecify.annotations.Nullable;

/** Convolutions over images, place by place. */
record Conv2d(Tensor x, Tensor y, Taps taps) {
  /** What is done with an output place and an input place that a tap of it reads. */
  private interface Visitor {
    void visit(long outputRow, int tap, long inputRow);
  }

  void forward(Tensor w, @Nullable Tensor bias, @Nullable Tensor residual) {
    int in = x.dim(3);
    int out = y.dim(3);
    double[] sums = new double[Math.toIntExact(y.size())];
    for (int i = 0; i < sums.length; i++) {
      sums[i] = (bias == null ? 0 : bias.get(i % out)) + (residual == null ? 0 : residual.get(i));
    }
    visit(
        (n, k, m) -> {
          for (int o = 0; o < out; o++) {
            for (int i = 0; i < in; i++) {
              sums[(int) n * out + o] += weight(w, o, k, i) * x.get(m * in + i);
            }
          }
        });
    write(y, false, sums);
  }

  /** With x the gradient that is written, y that of the output. */
  void backwardInput(boolean accumulate, Tensor w) {
    int in = x.dim(3);
    int out = y.dim(3);
    double[] sums = new double[Math.toIntExact(x.size())];
    visit(
        (n, k, m) -> {
          for (int o = 0; o < out; o++) {
            for (int i = 0; i < in; i++) {
              sums[(int) m * in + i] += weight(w, o, k, i) * y.get(n * out + o);
            }
          }
        });
    write(x, accumulate, sums);
  }

  /** With y the gradient of the output. */
  void backwardWeight(Tensor dW) {
    int in = x.dim(3);
    int out = y.dim(3);
    double[] sums = new double[Math.toIntExact(dW.size())];
    visit(
        (n, k, m) -> {
          for (int o = 0; o < out; o++) {
            for (int i = 0; i < in; i++) {
              sums[(o * taps.count() + k) * in + i] += y.get(n * out + o) * x.get(m * in + i);
            }
          }
        });
    write(dW, true, sums);
  }

  private double weight(Tensor w, int o, int k, int i) {
    return w.get(((long) o * taps.count() + k) * x.dim(3) + i);
  }

  private static void write(Tensor target, boolean accumulate, double[] values) {
    for (int i = 0; i < values.length; i++) {
      ReferenceKernels.write(target, accumulate, i, values[i]);
    }
  }

  private void visit(Visitor visitor) {
    for (int b = 0; b < y.dim(0); b++) {
      for (int h = 0; h < y.dim(1); h++) {
        for (int w = 0; w < y.dim(2); w++) {
          long n = ((long) b * y.dim(1) + h) * y.dim(2) + w;
          for (int k = 0; k < taps.count(); k++) {
            int row = h * taps.stride() + taps.dy(k);
            int column = w * taps.stride() + taps.dx(k);
            if (row >= 0 && row < x.dim(1) && column >= 0 && column < x.dim(2)) {
              visitor.visit(n, k, ((long) b * x.dim(1) + row) * x.dim(2) + column);
            }
          }
        }
      }
    }
  }
}
