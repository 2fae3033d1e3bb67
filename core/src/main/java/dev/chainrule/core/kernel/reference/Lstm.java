package dev.chainrule.core.kernel.reference;

import dev.chainrule.core.array.Tensor;
import org.jspecify.annotations.Nullable;

/** The LSTM, one number after the other. */
final class Lstm {
  private final int time;
  private final int batch;
  private final int inputs;
  private final int units;

  Lstm(Tensor h, Tensor x) {
    time = h.dim(0);
    batch = h.dim(1);
    inputs = x.dim(2);
    units = h.dim(2);
  }

  void forward(
      Tensor h,
      Tensor c,
      Tensor gates,
      Tensor x,
      Tensor wx,
      Tensor wh,
      Tensor bias,
      @Nullable Tensor h0,
      @Nullable Tensor c0) {
    for (int t = 0; t < time; t++) {
      for (int b = 0; b < batch; b++) {
        for (int g = 0; g < 4 * units; g++) {
          double sum = bias.get(g);
          for (int i = 0; i < inputs; i++) {
            sum += x.get(((long) t * batch + b) * inputs + i) * wx.get((long) g * inputs + i);
          }
          for (int u = 0; u < units; u++) {
            sum += before(h, h0, t, b, u) * wh.get((long) g * units + u);
          }
          boolean isCandidate = g / units == 2;
          gates.set(gate(t, b, g), isCandidate ? Math.tanh(sum) : 1 / (1 + Math.exp(-sum)));
        }
        for (int u = 0; u < units; u++) {
          double in = gates.get(gate(t, b, u));
          double forget = gates.get(gate(t, b, units + u));
          double candidate = gates.get(gate(t, b, 2 * units + u));
          double out = gates.get(gate(t, b, 3 * units + u));
          double cell = forget * before(c, c0, t, b, u) + in * candidate;
          c.set(state(t, b, u), cell);
          h.set(state(t, b, u), out * Math.tanh(cell));
        }
      }
    }
  }

  /** The gates become the gradients of what was activated. */
  void backwardGates(Tensor dH, Tensor c, Tensor gates, Tensor wh, @Nullable Tensor c0) {
    double[] dCell = new double[batch * units];
    for (int t = time - 1; t >= 0; t--) {
      for (int b = 0; b < batch; b++) {
        for (int u = 0; u < units; u++) {
          double dHidden = dH.get(state(t, b, u));
          for (int g = 0; g < 4 * units && t + 1 < time; g++) {
            dHidden += gates.get(gate(t + 1, b, g)) * wh.get((long) g * units + u);
          }
          double in = gates.get(gate(t, b, u));
          double forget = gates.get(gate(t, b, units + u));
          double candidate = gates.get(gate(t, b, 2 * units + u));
          double out = gates.get(gate(t, b, 3 * units + u));
          double squashed = Math.tanh(c.get(state(t, b, u)));
          double dC = dCell[b * units + u] + dHidden * out * (1 - squashed * squashed);
          gates.set(gate(t, b, u), dC * candidate * in * (1 - in));
          double dForget = dC * before(c, c0, t, b, u);
          gates.set(gate(t, b, units + u), dForget * forget * (1 - forget));
          gates.set(gate(t, b, 2 * units + u), dC * in * (1 - candidate * candidate));
          gates.set(gate(t, b, 3 * units + u), dHidden * squashed * out * (1 - out));
          dCell[b * units + u] = dC * forget;
        }
      }
    }
  }

  void backwardRecurrentWeight(Tensor dWh, Tensor h, Tensor dGates, @Nullable Tensor h0) {
    for (int g = 0; g < 4 * units; g++) {
      for (int u = 0; u < units; u++) {
        double sum = 0;
        for (int t = 0; t < time; t++) {
          for (int b = 0; b < batch; b++) {
            sum += dGates.get(gate(t, b, g)) * before(h, h0, t, b, u);
          }
        }
        ReferenceKernels.write(dWh, true, (long) g * units + u, sum);
      }
    }
  }

  private double before(Tensor states, @Nullable Tensor first, int t, int b, int u) {
    if (t > 0) {
      return states.get(state(t - 1, b, u));
    }
    return first == null ? 0 : first.get((long) b * units + u);
  }

  private long state(int t, int b, int u) {
    return ((long) t * batch + b) * units + u;
  }

  private long gate(int t, int b, int g) {
    return ((long) t * batch + b) * 4 * units + g;
  }
}
