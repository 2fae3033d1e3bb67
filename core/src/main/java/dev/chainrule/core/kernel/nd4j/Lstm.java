package dev.chainrule.core.kernel.nd4j;

import dev.chainrule.core.array.Tensor;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * The LSTM on matrices whose rows are steps and, within a step, sequences.
 *
 * @param time T
 * @param batch B
 * @param units H
 */
record Lstm(int time, int batch, int units) {
  /** With the sizes of its outputs [T, B, H]. */
  static Lstm of(Tensor h) {
    return new Lstm(h.dim(0), h.dim(1), h.dim(2));
  }

  /** From the gates before activation, where the inputs and the bias have been put already. */
  void forward(
      INDArray h,
      INDArray c,
      INDArray gates,
      INDArray wh,
      @Nullable INDArray h0,
      @Nullable INDArray c0) {
    for (int t = 0; t < time; t++) {
      try (Temporaries temporaries = new Temporaries()) {
        INDArray before = t > 0 ? step(h, t - 1) : h0;
        if (before != null) {
          step(gates, t).addi(temporaries.own(before.mmul(wh.transpose())));
        }
        INDArray in = gate(gates, t, 0);
        INDArray forget = gate(gates, t, 1);
        INDArray candidate = gate(gates, t, 2);
        INDArray out = gate(gates, t, 3);
        in.assign(temporaries.own(Transforms.sigmoid(in, true)));
        forget.assign(temporaries.own(Transforms.sigmoid(forget, true)));
        candidate.assign(temporaries.own(Transforms.tanh(candidate, true)));
        out.assign(temporaries.own(Transforms.sigmoid(out, true)));
        INDArray cell = temporaries.own(in.mul(candidate));
        INDArray cellBefore = t > 0 ? step(c, t - 1) : c0;
        if (cellBefore != null) {
          cell.addi(temporaries.own(forget.mul(cellBefore)));
        }
        step(c, t).assign(cell);
        step(h, t).assign(Transforms.tanh(cell, false).muli(out));
      }
    }
  }

  /** The gates become the gradients of what was activated. */
  void backwardGates(INDArray dH, INDArray c, INDArray gates, INDArray wh, @Nullable INDArray c0) {
    try (Temporaries kept = new Temporaries()) {
      INDArray dCell = kept.own(step(dH, 0).mul(0));
      for (int t = time - 1; t >= 0; t--) {
        try (Temporaries temporaries = new Temporaries()) {
          INDArray dHidden = temporaries.own(step(dH, t).dup('c'));
          if (t + 1 < time) {
            dHidden.addi(temporaries.own(step(gates, t + 1).mmul(wh)));
          }
          INDArray before = t > 0 ? step(c, t - 1) : c0;
          stepBackward(temporaries, dHidden, dCell, step(c, t), gates, t, before);
        }
      }
    }
  }

  private void stepBackward(
      Temporaries temporaries,
      INDArray dHidden,
      INDArray dCell,
      INDArray c,
      INDArray gates,
      int t,
      @Nullable INDArray before) {
    INDArray in = temporaries.own(gate(gates, t, 0).dup('c'));
    INDArray forget = temporaries.own(gate(gates, t, 1).dup('c'));
    INDArray candidate = temporaries.own(gate(gates, t, 2).dup('c'));
    INDArray out = temporaries.own(gate(gates, t, 3).dup('c'));
    INDArray squashed = temporaries.own(Transforms.tanh(c, true));
    INDArray slope = temporaries.own(squashed.mul(squashed)).rsubi(1);
    dCell.addi(slope.muli(dHidden).muli(out));
    INDArray dIn = temporaries.own(in.rsub(1)).muli(in).muli(candidate).muli(dCell);
    INDArray dForget = temporaries.own(forget.rsub(1)).muli(forget).muli(dCell);
    INDArray dCandidate = temporaries.own(candidate.mul(candidate)).rsubi(1).muli(in).muli(dCell);
    INDArray dOut = temporaries.own(out.rsub(1)).muli(out).muli(squashed).muli(dHidden);
    if (before == null) {
      dForget.assign(0);
    } else {
      dForget.muli(before);
    }
    gate(gates, t, 0).assign(dIn);
    gate(gates, t, 1).assign(dForget);
    gate(gates, t, 2).assign(dCandidate);
    gate(gates, t, 3).assign(dOut);
    dCell.muli(forget);
  }

  void backwardRecurrentWeight(INDArray dWh, INDArray h, INDArray dGates, @Nullable INDArray h0) {
    try (Temporaries temporaries = new Temporaries()) {
      if (time > 1) {
        INDArray earlier = rows(h, 0, (time - 1) * batch);
        INDArray later = rows(dGates, batch, time * batch);
        dWh.addi(temporaries.own(later.transpose().mmul(earlier)));
      }
      if (h0 != null) {
        dWh.addi(temporaries.own(step(dGates, 0).transpose().mmul(h0)));
      }
    }
  }

  /** A view of step t: [B, columns]. */
  private INDArray step(INDArray x, int t) {
    return rows(x, t * batch, (t + 1) * batch);
  }

  private static INDArray rows(INDArray x, int from, int to) {
    return Views.rows(x, from, to);
  }

  /** A view of one of the four gates in step t: [B, H]. */
  private INDArray gate(INDArray gates, int t, int number) {
    return Views.columns(step(gates, t), (long) number * units, (number + 1L) * units);
  }
}
