package dev.chainrule.core.kernel.nd4j;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Softmax and negative log-likelihood in one; per-row arrays are columns [N, 1]. */
final class CrossEntropy {
  private CrossEntropy() {}

  static void forward(INDArray nll, INDArray logSumExp, INDArray logits, INDArray targets) {
    try (Temporaries t = new Temporaries()) {
      INDArray max = t.own(logits.max(true, 1));
      INDArray exp = t.own(logits.subColumnVector(max));
      INDArray sum = t.own(Transforms.exp(exp, false).sum(true, 1));
      logSumExp.assign(Transforms.log(sum, false).addi(max));
      INDArray picked = Picking.at(t, logits, Picking.places(t, targets));
      INDArray observed = Picking.observed(t, targets, logits.dataType());
      nll.assign(picked.rsubi(logSumExp).muli(observed));
    }
  }

  /** The gradient of the logits. */
  static INDArray backward(
      Temporaries t, INDArray dNll, INDArray logSumExp, INDArray logits, INDArray targets) {
    INDArray p = t.own(logits.subColumnVector(logSumExp));
    Transforms.exp(p, false);
    Picking.decrement(t, p, Picking.places(t, targets));
    INDArray observed = Picking.observed(t, targets, logits.dataType());
    return p.muliColumnVector(observed.muli(dNll));
  }
}
