package dev.chainrule.core.kernel.reference;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.Sweep;

/** The LSTM over a grid, one number after the other. */
final class GridLstm {
  private final Sweep sweep;
  private final int batch;
  private final int units;

  GridLstm(Tensor h, Sweep sweep) {
    this.sweep = sweep;
    batch = h.dim(1);
    units = h.dim(2);
  }

  void forward(Tensor h, Tensor c, Tensor gates, Tensor x, Tensor w) {
    for (int t = 0; t < sweep.steps(); t++) {
      for (int place = sweep.first(t); place < sweep.end(t); place++) {
        for (int b = 0; b < batch; b++) {
          long row = (long) sweep.row(t, place) * batch + b;
          for (int g = 0; g < 4 * units; g++) {
            double sum = x.get(row * 4 * units + g) + recurrent(h, w, t, place, b, g);
            boolean isCandidate = g / units == 2;
            gates.set(row * 4 * units + g, isCandidate ? Math.tanh(sum) : 1 / (1 + Math.exp(-sum)));
          }
          cell(h, c, gates, t, place, b);
        }
      }
    }
  }

  private double recurrent(Tensor h, Tensor w, int t, int place, int b, int g) {
    double sum = 0;
    for (int k = 0; k < sweep.taps(); k++) {
      if (sweep.has(t - 1, place + sweep.tap(k))) {
        long from = (long) sweep.row(t - 1, place + sweep.tap(k)) * batch + b;
        for (int u = 0; u < units; u++) {
          sum += h.get(from * units + u) * w.get(((long) k * 4 * units + g) * units + u);
        }
      }
    }
    return sum;
  }

  private void cell(Tensor h, Tensor c, Tensor gates, int t, int place, int b) {
    long row = (long) sweep.row(t, place) * batch + b;
    for (int u = 0; u < units; u++) {
      double in = gate(gates, row, 0, u);
      double forget = gate(gates, row, 1, u);
      double candidate = gate(gates, row, 2, u);
      double cell = forget * cellBefore(c, t, place, b, u) + in * candidate;
      c.set(row * units + u, cell);
      h.set(row * units + u, gate(gates, row, 3, u) * Math.tanh(cell));
    }
  }

  private double cellBefore(Tensor c, int t, int place, int b, int u) {
    return sweep.has(t - 1, place)
        ? c.get(((long) sweep.row(t - 1, place) * batch + b) * units + u)
        : 0;
  }

  private double gate(Tensor gates, long row, int number, int u) {
    return gates.get((row * 4 + number) * units + u);
  }

  void backward(Tensor dW, Tensor dH, Tensor h, Tensor c, Tensor gates, Tensor w) {
    double[] dHidden = dH.toDoubles();
    double[] dCell = new double[dHidden.length];
    for (int t = sweep.steps() - 1; t >= 0; t--) {
      for (int place = sweep.first(t); place < sweep.end(t); place++) {
        for (int b = 0; b < batch; b++) {
          cellBackward(dHidden, dCell, c, gates, t, place, b);
          recurrentBackward(dW, dHidden, h, gates, w, t, place, b);
        }
      }
    }
  }

  private void cellBackward(
      double[] dHidden, double[] dCell, Tensor c, Tensor gates, int t, int place, int b) {
    long row = (long) sweep.row(t, place) * batch + b;
    for (int u = 0; u < units; u++) {
      int at = (int) (row * units + u);
      double in = gate(gates, row, 0, u);
      double forget = gate(gates, row, 1, u);
      double candidate = gate(gates, row, 2, u);
      double out = gate(gates, row, 3, u);
      double squashed = Math.tanh(c.get(at));
      double dC = dCell[at] + dHidden[at] * out * (1 - squashed * squashed);
      double dForget = dC * cellBefore(c, t, place, b, u);
      gates.set((row * 4) * units + u, dC * candidate * in * (1 - in));
      gates.set((row * 4 + 1) * units + u, dForget * forget * (1 - forget));
      gates.set((row * 4 + 2) * units + u, dC * in * (1 - candidate * candidate));
      gates.set((row * 4 + 3) * units + u, dHidden[at] * squashed * out * (1 - out));
      if (sweep.has(t - 1, place)) {
        dCell[(sweep.row(t - 1, place) * batch + b) * units + u] = dC * forget;
      }
    }
  }

  private void recurrentBackward(
      Tensor dW, double[] dHidden, Tensor h, Tensor gates, Tensor w, int t, int place, int b) {
    long row = (long) sweep.row(t, place) * batch + b;
    for (int k = 0; k < sweep.taps(); k++) {
      if (!sweep.has(t - 1, place + sweep.tap(k))) {
        continue;
      }
      int from = (sweep.row(t - 1, place + sweep.tap(k)) * batch + b) * units;
      for (int g = 0; g < 4 * units; g++) {
        double dGate = gates.get(row * 4 * units + g);
        for (int u = 0; u < units; u++) {
          long weight = ((long) k * 4 * units + g) * units + u;
          dHidden[from + u] += dGate * w.get(weight);
          dW.set(weight, dW.get(weight) + dGate * h.get(from + u));
        }
      }
    }
  }
}
