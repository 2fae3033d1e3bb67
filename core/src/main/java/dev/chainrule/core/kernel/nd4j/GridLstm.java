package dev.chainrule.core.kernel.nd4j;

import static dev.chainrule.core.kernel.nd4j.Views.matrix;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.Sweep;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/** The LSTM over a grid, on matrices whose rows are places and, within a place, sequences. */
final class GridLstm {
  private GridLstm() {}

  static void forward(Tensor h, Tensor c, Tensor gates, Tensor x, Tensor w, Sweep sweep) {
    int batch = h.dim(1);
    INDArray all = matrix(gates);
    all.assign(matrix(x));
    for (int t = 0; t < sweep.steps(); t++) {
      for (int k = 0; k < sweep.taps() && t > 0; k++) {
        int from = sweep.firstReading(t, k);
        int to = sweep.endReading(t, k);
        if (to > from) {
          try (Temporaries temporaries = new Temporaries()) {
            INDArray earlier = read(matrix(h), sweep, t, k, from, to, batch);
            INDArray product = temporaries.own(earlier.mmul(tap(w, k).transpose()));
            places(all, sweep, t, from, to, batch).addi(product);
          }
        }
      }
      int first = sweep.first(t);
      int end = sweep.end(t);
      Cells cells =
          new Cells(
              places(all, sweep, t, first, end, batch),
              places(matrix(c), sweep, t, first, end, batch));
      cells.forward(places(matrix(h), sweep, t, first, end, batch), cellsBefore(c, sweep, t));
    }
  }

  static void backward(
      Tensor dW, Tensor dH, Tensor h, Tensor c, Tensor gates, Tensor w, Sweep sweep) {
    int batch = h.dim(1);
    try (Temporaries kept = new Temporaries()) {
      INDArray dCells = kept.own(matrix(dH).dup('c'));
      dCells.assign(0);
      for (int t = sweep.steps() - 1; t >= 0; t--) {
        int first = sweep.first(t);
        int end = sweep.end(t);
        Cells cells =
            new Cells(
                places(matrix(gates), sweep, t, first, end, batch),
                places(matrix(c), sweep, t, first, end, batch));
        INDArray dHere = places(dCells, sweep, t, first, end, batch);
        cells.backward(
            places(matrix(dH), sweep, t, first, end, batch), dHere, cellsBefore(c, sweep, t));
        for (int k = 0; k < sweep.taps() && t > 0; k++) {
          int from = sweep.firstReading(t, k);
          int to = sweep.endReading(t, k);
          if (to > from) {
            try (Temporaries temporaries = new Temporaries()) {
              INDArray dGates = places(matrix(gates), sweep, t, from, to, batch);
              read(matrix(dH), sweep, t, k, from, to, batch)
                  .addi(temporaries.own(dGates.mmul(tap(w, k))));
              INDArray earlier = read(matrix(h), sweep, t, k, from, to, batch);
              tap(dW, k).addi(temporaries.own(dGates.transpose().mmul(earlier)));
            }
          }
        }
        passToStepBefore(dCells, sweep, t, batch);
      }
    }
  }

  /**
   * The cells that a step begins with, zero where the step before lacks the place [places B, H].
   */
  private static INDArray cellsBefore(Tensor c, Sweep sweep, int t) {
    int batch = c.dim(1);
    int first = sweep.first(t);
    INDArray before = places(matrix(c), sweep, t, first, sweep.end(t), batch).dup('c');
    before.assign(0);
    copyShared(before, matrix(c), sweep, t, batch);
    return before;
  }

  /** Copies the places that a step shares with the one before, from the step before. */
  private static void copyShared(INDArray target, INDArray all, Sweep sweep, int t, int batch) {
    int from = t == 0 ? 0 : Math.max(sweep.first(t), sweep.first(t - 1));
    int to = t == 0 ? 0 : Math.min(sweep.end(t), sweep.end(t - 1));
    if (to > from) {
      int first = sweep.first(t);
      rows(target, (from - first) * batch, (to - first) * batch)
          .assign(places(all, sweep, t - 1, from, to, batch));
    }
  }

  private static void passToStepBefore(INDArray dCells, Sweep sweep, int t, int batch) {
    int from = t == 0 ? 0 : Math.max(sweep.first(t), sweep.first(t - 1));
    int to = t == 0 ? 0 : Math.min(sweep.end(t), sweep.end(t - 1));
    if (to > from) {
      places(dCells, sweep, t - 1, from, to, batch)
          .assign(places(dCells, sweep, t, from, to, batch));
    }
  }

  /** What tap k reads for places of a step. */
  private static INDArray read(
      INDArray all, Sweep sweep, int t, int k, int from, int to, int batch) {
    return places(all, sweep, t - 1, from + sweep.tap(k), to + sweep.tap(k), batch);
  }

  private static INDArray places(INDArray all, Sweep sweep, int t, int from, int to, int batch) {
    int row = sweep.row(t, from);
    return rows(all, row * batch, (row + to - from) * batch);
  }

  private static INDArray rows(INDArray x, int from, int to) {
    return Views.rows(x, from, to);
  }

  /** The weights of tap k [4H, H], a view. */
  private static INDArray tap(Tensor w, int k) {
    return w.slice(k, k + 1).reshape(w.dim(1), w.dim(2)).ndarray();
  }

  /**
   * The cells of a step.
   *
   * @param gates [places B, 4H]
   * @param c [places B, H]
   */
  record Cells(INDArray gates, INDArray c) {
    /** Activates the gates and computes cells and outputs; frees the cells before. */
    void forward(INDArray h, INDArray before) {
      try (Temporaries temporaries = new Temporaries()) {
        temporaries.own(before);
        INDArray in = gate(0);
        INDArray forget = gate(1);
        INDArray candidate = gate(2);
        INDArray out = gate(3);
        in.assign(temporaries.own(Transforms.sigmoid(in, true)));
        forget.assign(temporaries.own(Transforms.sigmoid(forget, true)));
        candidate.assign(temporaries.own(Transforms.tanh(candidate, true)));
        out.assign(temporaries.own(Transforms.sigmoid(out, true)));
        INDArray cell = temporaries.own(in.mul(candidate));
        cell.addi(before.muli(forget));
        c.assign(cell);
        h.assign(Transforms.tanh(cell, false).muli(out));
      }
    }

    /** The gates become the gradients of what was activated; frees the cells before. */
    void backward(INDArray dHidden, INDArray dCell, INDArray before) {
      try (Temporaries temporaries = new Temporaries()) {
        temporaries.own(before);
        INDArray in = temporaries.own(gate(0).dup('c'));
        INDArray forget = temporaries.own(gate(1).dup('c'));
        INDArray candidate = temporaries.own(gate(2).dup('c'));
        INDArray out = temporaries.own(gate(3).dup('c'));
        INDArray squashed = temporaries.own(Transforms.tanh(c, true));
        INDArray slope = temporaries.own(squashed.mul(squashed)).rsubi(1);
        dCell.addi(slope.muli(dHidden).muli(out));
        INDArray dIn = temporaries.own(in.rsub(1)).muli(in).muli(candidate).muli(dCell);
        INDArray dForget = temporaries.own(forget.rsub(1)).muli(forget).muli(dCell).muli(before);
        INDArray dCandidate =
            temporaries.own(candidate.mul(candidate)).rsubi(1).muli(in).muli(dCell);
        INDArray dOut = temporaries.own(out.rsub(1)).muli(out).muli(squashed).muli(dHidden);
        gate(0).assign(dIn);
        gate(1).assign(dForget);
        gate(2).assign(dCandidate);
        gate(3).assign(dOut);
        dCell.muli(forget);
      }
    }

    /** A view of one of the four gates. */
    private INDArray gate(int number) {
      long units = c.columns();
      return Views.columns(gates, number * units, (number + 1) * units);
    }
  }
}
