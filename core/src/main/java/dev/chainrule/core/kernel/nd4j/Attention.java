package dev.chainrule.core.kernel.nd4j;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Causal self-attention, all heads of all sequences in each call: one head at a time, half of the
 * step goes into calling.
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
    INDArray p = scores(t, heads(t, qkv, 0), heads(t, qkv, 1));
    INDArray max = t.own(p.max(true, 1));
    Transforms.exp(p.subiColumnVector(max), false);
    INDArray sum = t.own(p.sum(true, 1));
    p.diviColumnVector(sum);
    write(y, 0, false, product(t, square(p), false, heads(t, qkv, 2), false));
    INDArray lse = Transforms.log(sum, false).addi(max);
    logSumExp.assign(lse.reshape('c', logSumExp.shape()));
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
    INDArray q = heads(t, qkv, 0);
    INDArray k = heads(t, qkv, 1);
    INDArray lse = t.own(logSumExp.dup('c'));
    INDArray p = scores(t, q, k);
    Transforms.exp(p.subiColumnVector(lse.reshape('c', lse.length(), 1)), false);
    INDArray dOut = heads(t, dY, 0);
    INDArray dot = t.own(rows(heads(t, y, 0).muli(dOut)).sum(true, 1));
    INDArray dScores = rows(product(t, dOut, false, heads(t, qkv, 2), true));
    dScores.subiColumnVector(dot).muli(p).muli(scale());
    write(dQkv, 0, accumulate, product(t, square(dScores), false, k, false));
    write(dQkv, 1, accumulate, product(t, square(dScores), true, q, false));
    write(dQkv, 2, accumulate, product(t, square(p), true, dOut, false));
  }

  /** Scaled and masked scores [B * NH * T, T]. */
  private INDArray scores(Temporaries t, INDArray q, INDArray k) {
    INDArray scores = product(t, q, false, k, true).muli(scale());
    long square = (long) time * time;
    scores
        .reshape('c', scores.length() / square, square)
        .addiRowVector(mask.reshape('c', 1, square));
    return rows(scores);
  }

  private double scale() {
    return 1 / Math.sqrt(headSize);
  }

  /** The product of each head's matrices [B * NH, rows, columns]. */
  private static INDArray product(
      Temporaries t, INDArray a, boolean transposeA, INDArray b, boolean transposeB) {
    INDArray y =
        t.own(
            Nd4j.createUninitialized(
                a.dataType(), a.size(0), a.size(transposeA ? 2 : 1), b.size(transposeB ? 1 : 2)));
    Nd4j.exec(
        DynamicCustomOp.builder("matmul")
            .addInputs(a, b)
            .addIntegerArguments(transposeA ? 1 : 0, transposeB ? 1 : 0, 0)
            .addOutputs(y)
            .build());
    return y;
  }

  /** As a matrix of the rows of all heads. */
  private static INDArray rows(INDArray x) {
    return x.reshape('c', x.length() / x.size(-1), x.size(-1));
  }

  /** Rows of length T as a matrix for each head. */
  private INDArray square(INDArray rows) {
    return rows.reshape('c', rows.size(0) / time, time, time);
  }

  /** A copy of the queries (part 0), keys (1) or values (2), of heads: [B * NH, T, HS]. */
  private INDArray heads(Temporaries t, INDArray x, int part) {
    INDArray copy = t.own(view(x, part).dup('c'));
    return copy.reshape('c', copy.size(0) * numHeads, time, headSize);
  }

  private void write(INDArray x, int part, boolean accumulate, INDArray heads) {
    INDArray target = view(x, part);
    Views.write(target, accumulate, heads.reshape('c', target.shape()));
  }

  /** A view of the columns of a part: [B, NH, T, HS]. */
  private INDArray view(INDArray x, int part) {
    long width = x.size(1);
    long[] shape = {x.size(0) / time, numHeads, time, headSize};
    long[] stride = {time * width, headSize, width, 1};
    return Views.view(x, shape, stride, x.offset() + (long) part * numHeads * headSize);
  }
}
