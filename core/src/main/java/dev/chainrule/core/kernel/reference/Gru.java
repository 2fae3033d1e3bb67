package dev.chainrule.core.kernel.reference;

import dev.chainrule.core.array.Tensor;
import org.jspecify.annotations.Nullable;

/** The gated recurrent unit, one number after the other. */
final class Gru {
  private Gru() {}

  static void forward(
      Tensor h, Tensor gates, Tensor x, Tensor wx, Tensor wh, Tensor bias, @Nullable Tensor h0) {
    int batch = h.dim(1);
    int units = h.dim(2);
    for (int row = 0; row < h.dim(0) * batch; row++) {
      long gate = 4L * units * row;
      for (int u = 0; u < units; u++) {
        double n = bias.get(u) + product(x, row, wx, u);
        double r = bias.get(units + u) + product(x, row, wx, units + u);
        double z = bias.get(2 * units + u) + product(x, row, wx, 2 * units + u);
        double q = bias.get(3 * units + u);
        for (int k = 0; k < units; k++) {
          double before = before(h, h0, row, k);
          r += before * wh.get((long) u * units + k);
          z += before * wh.get((long) (units + u) * units + k);
          q += before * wh.get((long) (2 * units + u) * units + k);
        }
        r = 1 / (1 + Math.exp(-r));
        z = 1 / (1 + Math.exp(-z));
        n = Math.tanh(n + r * q);
        gates.set(gate + u, n);
        gates.set(gate + units + u, r);
        gates.set(gate + 2L * units + u, z);
        gates.set(gate + 3L * units + u, q);
      }
      for (int u = 0; u < units; u++) {
        double n = gates.get(gate + u);
        double z = gates.get(gate + 2L * units + u);
        h.set((long) row * units + u, (1 - z) * n + z * before(h, h0, row, u));
      }
    }
  }

  static void backward(
      @Nullable Tensor dX,
      boolean accumulate,
      Tensor dWx,
      Tensor dWh,
      Tensor dBias,
      Tensor dH,
      Tensor h,
      Tensor gates,
      Tensor x,
      Tensor wx,
      Tensor wh,
      @Nullable Tensor h0,
      Tensor scratch) {
    int batch = h.dim(1);
    int units = h.dim(2);
    double[] carried = new double[batch * units];
    for (int row = h.dim(0) * batch - 1; row >= 0; row--) {
      long gate = 4L * units * row;
      int sequence = row % batch * units;
      for (int u = 0; u < units; u++) {
        double n = gates.get(gate + u);
        double r = gates.get(gate + units + u);
        double z = gates.get(gate + 2L * units + u);
        double q = gates.get(gate + 3L * units + u);
        double d = dH.get((long) row * units + u) + carried[sequence + u];
        double dN = d * (1 - z) * (1 - n * n);
        gates.set(gate + u, dN);
        gates.set(gate + units + u, dN * q * r * (1 - r));
        gates.set(gate + 2L * units + u, d * (before(h, h0, row, u) - n) * z * (1 - z));
        gates.set(gate + 3L * units + u, dN * r);
        carried[sequence + u] = d * z;
      }
      for (int k = 0; k < units; k++) {
        for (int g = 0; g < 3 * units; g++) {
          carried[sequence + k] += gates.get(gate + units + g) * wh.get((long) g * units + k);
        }
      }
    }
    weightsBackward(dWx, dWh, dBias, h, gates, x, h0);
    if (dX != null) {
      inputBackward(dX, accumulate, gates, wx);
    }
  }

  private static void weightsBackward(
      Tensor dWx,
      Tensor dWh,
      Tensor dBias,
      Tensor h,
      Tensor dGates,
      Tensor x,
      @Nullable Tensor h0) {
    int units = h.dim(2);
    int inputs = x.dim(2);
    int rows = h.rows();
    for (int g = 0; g < 4 * units; g++) {
      double bias = 0;
      double[] input = new double[inputs];
      double[] recurrent = new double[units];
      for (int row = 0; row < rows; row++) {
        double d = dGates.get(4L * units * row + g);
        bias += d;
        for (int i = 0; i < inputs; i++) {
          input[i] += d * x.get((long) row * inputs + i);
        }
        for (int k = 0; k < units; k++) {
          recurrent[k] += d * before(h, h0, row, k);
        }
      }
      ReferenceKernels.write(dBias, true, g, bias);
      for (int i = 0; i < inputs && g < 3 * units; i++) {
        ReferenceKernels.write(dWx, true, (long) g * inputs + i, input[i]);
      }
      for (int k = 0; k < units && g >= units; k++) {
        ReferenceKernels.write(dWh, true, (long) (g - units) * units + k, recurrent[k]);
      }
    }
  }

  private static void inputBackward(Tensor dX, boolean accumulate, Tensor dGates, Tensor wx) {
    int inputs = wx.dim(1);
    int wide = wx.dim(0) / 3 * 4;
    for (int row = 0; row < dX.rows(); row++) {
      for (int i = 0; i < inputs; i++) {
        double sum = 0;
        for (int g = 0; g < wx.dim(0); g++) {
          sum += dGates.get((long) row * wide + g) * wx.get((long) g * inputs + i);
        }
        ReferenceKernels.write(dX, accumulate, (long) row * inputs + i, sum);
      }
    }
  }

  private static double product(Tensor x, int row, Tensor w, int g) {
    int inputs = w.dim(1);
    double sum = 0;
    for (int i = 0; i < inputs; i++) {
      sum += x.get((long) row * inputs + i) * w.get((long) g * inputs + i);
    }
    return sum;
  }

  private static double before(Tensor h, @Nullable Tensor h0, int row, int u) {
    int batch = h.dim(1);
    int units = h.dim(2);
    if (row >= batch) {
      return h.get((long) (row - batch) * units + u);
    }
    return h0 == null ? 0 : h0.get((long) row * units + u);
  }
}
