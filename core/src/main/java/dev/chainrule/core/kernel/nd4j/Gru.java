package dev.chainrule.core.kernel.nd4j;

import dev.chainrule.core.array.Tensor;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/** The gated recurrent unit on matrices whose rows are steps and, within a step, sequences. */
final class Gru {
  private Gru() {}

  static void forward(
      Tensor h, Tensor gates, Tensor x, Tensor wx, Tensor wh, Tensor bias, @Nullable Tensor h0) {
    int units = h.dim(2);
    INDArray all = matrix(gates);
    INDArray outputs = matrix(h);
    try (Temporaries kept = new Temporaries()) {
      columns(all, 0, 3 * units).assign(kept.own(matrix(x).mmul(wx.ndarray().transpose())));
      columns(all, 3 * units, 4 * units).assign(0);
    }
    all.addiRowVector(bias.ndarray());
    for (int t = 0; t < h.dim(0); t++) {
      try (Temporaries temporaries = new Temporaries()) {
        INDArray gate = step(all, t, h.dim(1));
        INDArray before = before(outputs, h0, t, h.dim(1));
        if (before != null) {
          INDArray product = temporaries.own(before.mmul(wh.ndarray().transpose()));
          columns(gate, units, 4 * units).addi(product);
        }
        INDArray sigmoids = columns(gate, units, 3 * units);
        sigmoids.assign(temporaries.own(Transforms.sigmoid(sigmoids, true)));
        INDArray n = columns(gate, 0, units);
        INDArray z = columns(gate, 2 * units, 3 * units);
        INDArray reset = columns(gate, units, 2 * units);
        n.addi(temporaries.own(reset.mul(columns(gate, 3 * units, 4 * units))));
        n.assign(temporaries.own(Transforms.tanh(n, true)));
        INDArray y = temporaries.own(z.rsub(1)).muli(n);
        if (before != null) {
          y.addi(temporaries.own(z.mul(before)));
        }
        step(outputs, t, h.dim(1)).assign(y);
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
    int time = h.dim(0);
    int batch = h.dim(1);
    int units = h.dim(2);
    INDArray all = matrix(gates);
    INDArray outputs = matrix(h);
    INDArray carried = matrix(scratch);
    carried.assign(0);
    for (int t = time - 1; t >= 0; t--) {
      try (Temporaries temporaries = new Temporaries()) {
        INDArray gate = step(all, t, batch);
        INDArray d = temporaries.own(step(matrix(dH), t, batch).add(carried));
        INDArray before = before(outputs, h0, t, batch);
        carried.assign(stepBackward(temporaries, d, gate, before, units));
        carried.addi(temporaries.own(columns(gate, units, 4 * units).mmul(wh.ndarray())));
      }
    }
    try (Temporaries temporaries = new Temporaries()) {
      INDArray inputGates = temporaries.own(columns(all, 0, 3 * units).dup('c'));
      INDArray recurrentGates = temporaries.own(columns(all, units, 4 * units).dup('c'));
      dWx.ndarray().addi(temporaries.own(inputGates.transpose().mmul(matrix(x))));
      dBias.ndarray().addi(temporaries.own(all.sum(0)).reshape(4L * units));
      if (time > 1) {
        INDArray later = rows(recurrentGates, batch, time * batch);
        INDArray earlier = rows(outputs, 0, (time - 1) * batch);
        dWh.ndarray().addi(temporaries.own(later.transpose().mmul(earlier)));
      }
      if (h0 != null) {
        INDArray first = rows(recurrentGates, 0, batch);
        dWh.ndarray().addi(temporaries.own(first.transpose().mmul(h0.ndarray())));
      }
      if (dX != null) {
        INDArray product = temporaries.own(inputGates.mmul(wx.ndarray()));
        Views.write(matrix(dX), accumulate, product);
      }
    }
  }

  /** The gates become their gradients; gives that of the output before, along z. */
  private static INDArray stepBackward(
      Temporaries temporaries, INDArray d, INDArray gate, @Nullable INDArray before, int units) {
    INDArray n = temporaries.own(columns(gate, 0, units).dup('c'));
    INDArray r = temporaries.own(columns(gate, units, 2 * units).dup('c'));
    INDArray z = temporaries.own(columns(gate, 2 * units, 3 * units).dup('c'));
    INDArray q = temporaries.own(columns(gate, 3 * units, 4 * units).dup('c'));
    INDArray dN = temporaries.own(n.mul(n)).rsubi(1).muli(d);
    dN.muli(temporaries.own(z.rsub(1)));
    INDArray dZ = temporaries.own(before == null ? n.neg() : before.sub(n));
    dZ.muli(d).muli(z).muli(temporaries.own(z.rsub(1)));
    INDArray dR = temporaries.own(dN.mul(q)).muli(r).muli(temporaries.own(r.rsub(1)));
    columns(gate, 0, units).assign(dN);
    columns(gate, units, 2 * units).assign(dR);
    columns(gate, 2 * units, 3 * units).assign(dZ);
    columns(gate, 3 * units, 4 * units).assign(temporaries.own(dN.mul(r)));
    return temporaries.own(d.mul(z));
  }

  private static @Nullable INDArray before(
      INDArray outputs, @Nullable Tensor h0, int t, int batch) {
    if (t > 0) {
      return step(outputs, t - 1, batch);
    }
    return h0 == null ? null : h0.ndarray();
  }

  private static INDArray matrix(Tensor x) {
    return x.ndarray().reshape('c', x.rows(), x.dim(-1));
  }

  private static INDArray step(INDArray x, int t, int batch) {
    return rows(x, t * batch, (t + 1) * batch);
  }

  private static INDArray rows(INDArray x, int from, int to) {
    return Views.rows(x, from, to);
  }

  private static INDArray columns(INDArray x, int from, int to) {
    return Views.columns(x, from, to);
  }
}
