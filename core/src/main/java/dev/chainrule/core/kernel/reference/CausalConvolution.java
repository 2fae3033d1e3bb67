package dev.chainrule.core.kernel.reference;

import static dev.chainrule.core.kernel.reference.ReferenceKernels.write;

import dev.chainrule.core.array.Tensor;
import org.jspecify.annotations.Nullable;

/** Causal dilated convolution along time. */
final class CausalConvolution {
  private final Tensor x;
  private final Tensor w;
  private final int dilation;
  private final int time;
  private final int taps;
  private final int out;
  private final int in;

  CausalConvolution(Tensor x, Tensor w, int dilation) {
    this.x = x;
    this.w = w;
    this.dilation = dilation;
    this.time = x.dim(1);
    this.taps = w.dim(0);
    this.out = w.dim(1);
    this.in = w.dim(2);
  }

  void forward(Tensor y, @Nullable Tensor bias) {
    for (int n = 0; n < x.rows(); n++) {
      for (int o = 0; o < out; o++) {
        double sum = bias == null ? 0 : bias.get(o);
        for (int k = 0; k < taps; k++) {
          int source = source(n, k);
          for (int i = 0; source >= 0 && i < in; i++) {
            sum += w.get(weight(k, o, i)) * x.get((long) source * in + i);
          }
        }
        y.set((long) n * out + o, sum);
      }
    }
  }

  void backward(@Nullable Tensor dX, boolean accumulate, @Nullable Tensor dW, Tensor dY) {
    double[] inputSums = new double[(int) x.size()];
    double[] weightSums = new double[(int) w.size()];
    for (int n = 0; n < x.rows(); n++) {
      for (int k = 0; k < taps; k++) {
        int source = source(n, k);
        for (int o = 0; source >= 0 && o < out; o++) {
          double d = dY.get((long) n * out + o);
          for (int i = 0; i < in; i++) {
            inputSums[source * in + i] += d * w.get(weight(k, o, i));
            weightSums[(int) weight(k, o, i)] += d * x.get((long) source * in + i);
          }
        }
      }
    }
    for (int i = 0; i < inputSums.length && dX != null; i++) {
      write(dX, accumulate, i, inputSums[i]);
    }
    for (int i = 0; i < weightSums.length && dW != null; i++) {
      write(dW, true, i, weightSums[i]);
    }
  }

  /** The row that tap k reads for row n, or -1 before the sequence begins. */
  private int source(int n, int k) {
    int back = (taps - 1 - k) * dilation;
    return n % time < back ? -1 : n - back;
  }

  private long weight(int k, int o, int i) {
    return ((long) k * out + o) * in + i;
  }
}
