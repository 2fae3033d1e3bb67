package dev.chainrule.core.kernel.reference;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.SoftmaxKernels;

/** Likelihoods of classes, row by row in double precision. */
final class ReferenceSoftmax implements SoftmaxKernels {
  @Override
  public void crossEntropy(Tensor nll, Tensor logSumExp, Tensor logits, Tensor targets) {
    CrossEntropy.forward(nll, logSumExp, logits, targets);
  }

  @Override
  public void crossEntropyBackward(
      Tensor dLogits,
      boolean accumulate,
      Tensor dNll,
      Tensor logSumExp,
      Tensor logits,
      Tensor targets) {
    CrossEntropy.backward(dLogits, accumulate, dNll, logSumExp, logits, targets);
  }
}
