package dev.chainrule.core.kernel.vector;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.SoftmaxKernels;

/** Likelihoods of classes by {@link Softmax}. */
final class VectorSoftmax implements SoftmaxKernels {
  @Override
  public void crossEntropy(Tensor nll, Tensor logSumExp, Tensor logits, Tensor targets) {
    Softmax.crossEntropy(
        nll.address(),
        logSumExp.address(),
        logits.address(),
        targets.address(),
        logits.rows(),
        logits.dim(-1));
  }

  @Override
  public void crossEntropyBackward(
      Tensor dLogits,
      boolean accumulate,
      Tensor dNll,
      Tensor logSumExp,
      Tensor logits,
      Tensor targets) {
    Softmax.crossEntropyBackward(
        dLogits.address(),
        accumulate,
        dNll.address(),
        logSumExp.address(),
        logits.address(),
        targets.address(),
        logits.rows(),
        logits.dim(-1));
  }
}
