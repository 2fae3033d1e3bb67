package dev.chainrule.core.kernel.nd4j;

import dev.chainrule.core.array.Tensor;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Softmax and negative log-likelihood in one; per-row arrays are columns [N, 1]. */
final class CrossEntropy {
  private CrossEntropy() {}

  static void forward(Tensor nll, INDArray logSumExp, INDArray logits, Tensor targets) {
    try (Temporaries t = new Temporaries()) {
      INDArray max = t.own(logits.max(true, 1));
      INDArray exp = t.own(logits.subColumnVector(max));
      INDArray sum = t.own(Transforms.exp(exp, false).sum(true, 1));
      logSumExp.assign(Transforms.log(sum, false).addi(max));
    }
    for (int n = 0; n < targets.size(); n++) {
      int target = targets.getInt(n);
      nll.set(n, target < 0 ? 0 : logSumExp.getDouble(n, 0) - logits.getDouble(n, target));
    }
  }

  /** The gradient of the logits. */
  static INDArray backward(
      Temporaries t, INDArray dNll, INDArray logSumExp, INDArray logits, Tensor targets) {
    INDArray p = t.own(logits.subColumnVector(logSumExp));
    Transforms.exp(p, false);
    INDArray d = t.own(dNll.dup('c'));
    for (int n = 0; n < targets.size(); n++) {
      int target = targets.getInt(n);
      if (target < 0) {
        d.putScalar(n, 0, 0);
      } else {
        p.putScalar(n, target, p.getDouble(n, target) - 1);
      }
    }
    return p.muliColumnVector(d);
  }
}
