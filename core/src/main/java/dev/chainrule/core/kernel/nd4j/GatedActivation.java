package dev.chainrule.core.kernel.nd4j;

import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/** The gated unit {@code tanh(a) sigmoid(b)} over matrices of rows. */
final class GatedActivation {
  private final INDArray tanh;
  private final INDArray sigmoid;
  private final int channels;

  GatedActivation(Temporaries t, INDArray x, @Nullable INDArray condition) {
    channels = x.columns() / 2;
    INDArray sum = t.own(x.dup('c'));
    if (condition != null) {
      for (int r = 0; r < condition.rows(); r++) {
        group(sum, condition.rows(), r).addiRowVector(condition.getRow(r, true));
      }
    }
    tanh = t.own(Transforms.tanh(half(sum, 0), true));
    sigmoid = t.own(Transforms.sigmoid(half(sum, 1), true));
  }

  void forward(INDArray y) {
    y.assign(tanh.muli(sigmoid));
  }

  void backward(
      Temporaries t,
      @Nullable INDArray dX,
      boolean accumulate,
      @Nullable INDArray dCondition,
      boolean accumulateCondition,
      INDArray dY) {
    INDArray gated = t.own(dY.mul(sigmoid));
    INDArray dA = t.own(tanh.mul(tanh)).rsubi(1).muli(gated);
    INDArray dB = sigmoid.rsubi(1).muli(gated).muli(tanh);
    if (dX != null) {
      Views.write(half(dX, 0), accumulate, dA);
      Views.write(half(dX, 1), accumulate, dB);
    }
    for (int r = 0; dCondition != null && r < dCondition.rows(); r++) {
      INDArray row = dCondition.getRow(r, true);
      INDArray sumA = t.own(group(dA, dCondition.rows(), r).sum(true, 0));
      INDArray sumB = t.own(group(dB, dCondition.rows(), r).sum(true, 0));
      Views.write(half(row, 0), accumulateCondition, sumA);
      Views.write(half(row, 1), accumulateCondition, sumB);
    }
  }

  private INDArray half(INDArray x, int which) {
    return Views.columns(x, (long) which * channels, (which + 1L) * channels);
  }

  private static INDArray group(INDArray x, int groups, int r) {
    long size = x.rows() / groups;
    return Views.rows(x, r * size, (r + 1) * size);
  }
}
