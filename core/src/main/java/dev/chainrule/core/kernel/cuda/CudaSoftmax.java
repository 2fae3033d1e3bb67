package dev.chainrule.core.kernel.cuda;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.SoftmaxKernels;

/** Likelihoods of classes, a row each group of threads. */
record CudaSoftmax(Rows rows) implements SoftmaxKernels {
  @Override
  public void crossEntropy(Tensor nll, Tensor logSumExp, Tensor logits, Tensor targets) {
    rows.crossEntropy(nll, logSumExp, logits, targets);
  }

  @Override
  public void crossEntropyBackward(
      Tensor dLogits,
      boolean accumulate,
      Tensor dNll,
      Tensor logSumExp,
      Tensor logits,
      Tensor targets) {
    rows.crossEntropyBackward(dLogits, accumulate, dNll, logSumExp, logits, targets);
  }
}
