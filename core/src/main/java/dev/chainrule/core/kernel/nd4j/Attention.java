package dev.chainrule.core.kernel.nd4j;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Causal self-attention, one head of one sequence at a time.
 *
 * @param mask [T, T]: zero where a query (row) may see a key (column), minus infinity elsewhere
 */
record Attention(INDArray mask, int time, int numHeads, int headSize) {

  /**
   * All heads of all sequences.
   *
   * @param y [B * T, C]
   * @param logSumExp [B * NH, T]
   * @param qkv [B * T, 3C]
   */
  void forward(Temporaries t, INDArray y, INDArray logSumExp, INDArray qkv) {
    long batch = y.rows() / time;
    for (int b = 0; b < batch; b++) {
      for (int h = 0; h < numHeads; h++) {
        INDArray p = scores(t, qkv, b, h);
        INDArray max = t.own(p.max(true, 1));
        Transforms.exp(p.subiColumnVector(max), false);
        INDArray sum = t.own(p.sum(true, 1));
        p.diviColumnVector(sum);
        block(y, b, h).assign(t.own(p.mmul(head(t, qkv, b, h, 2))));
        INDArray lse = Transforms.log(sum, false).addi(max);
        row(logSumExp, b, h).assign(lse.reshape('c', 1, time));
      }
    }
  }

  /** Gradients in the shapes of {@link #forward}. */
  void backward(
      Temporaries t,
      INDArray dQkv,
      boolean accumulate,
      INDArray dY,
      INDArray y,
      INDArray logSumExp,
      INDArray qkv) {
    long batch = y.rows() / time;
    for (int b = 0; b < batch; b++) {
      for (int h = 0; h < numHeads; h++) {
        INDArray lse = t.own(row(logSumExp, b, h).dup('c'));
        INDArray p = scores(t, qkv, b, h);
        Transforms.exp(p.subiColumnVector(lse.reshape('c', time, 1)), false);
        INDArray dOut = t.own(block(dY, b, h).dup('c'));
        INDArray products = t.own(dOut.mul(block(y, b, h)));
        INDArray dot = t.own(products.sum(true, 1));
        INDArray dScores = t.own(dOut.mmul(head(t, qkv, b, h, 2).transpose()));
        dScores.subiColumnVector(dot).muli(p).muli(scale());
        INDArray dQ = t.own(dScores.mmul(head(t, qkv, b, h, 1)));
        INDArray dK = t.own(dScores.transpose().mmul(head(t, qkv, b, h, 0)));
        INDArray dV = t.own(p.transpose().mmul(dOut));
        Views.write(block(dQkv, b, h), accumulate, dQ);
        Views.write(block(dQkv, b, numHeads + h), accumulate, dK);
        Views.write(block(dQkv, b, 2 * numHeads + h), accumulate, dV);
      }
    }
  }

  /** Scaled and masked scores [T, T]. */
  private INDArray scores(Temporaries t, INDArray qkv, int b, int h) {
    INDArray products = head(t, qkv, b, h, 0).mmul(head(t, qkv, b, h, 1).transpose());
    return t.own(products).muli(scale()).addi(mask);
  }

  private double scale() {
    return 1 / Math.sqrt(headSize);
  }

  /** A copy of the queries (part 0), keys (1) or values (2) of a head: [T, HS]. */
  private INDArray head(Temporaries t, INDArray qkv, int b, int h, int part) {
    return t.own(block(qkv, b, part * numHeads + h).dup('c'));
  }

  /** A view of the columns of head number {@code h} in the rows of one sequence: [T, HS]. */
  private INDArray block(INDArray x, int b, int h) {
    return x.get(
        NDArrayIndex.interval(b * (long) time, (b + 1L) * time),
        NDArrayIndex.interval(h * (long) headSize, (h + 1L) * headSize));
  }

  /** A view of one row [1, T]. */
  private INDArray row(INDArray logSumExp, int b, int h) {
    long n = (long) b * numHeads + h;
    return logSumExp.get(NDArrayIndex.interval(n, n + 1), NDArrayIndex.all());
  }
}
