package dev.chainrule.core.kernel;

import dev.chainrule.core.array.Tensor;

/** Likelihoods of classes under a softmax, in nats; see {@link Kernels}. */
public interface SoftmaxKernels {
  /**
   * Softmax and negative log-likelihood in one: {@code nll[n] = logsumexp(logits[n]) - logits[n,
   * targets[n]]} nats; zero where the target is negative (not observed).
   *
   * @param nll [N]
   * @param logSumExp [N], saved
   * @param logits [N, V]
   * @param targets [N] int32
   */
  void crossEntropy(Tensor nll, Tensor logSumExp, Tensor logits, Tensor targets);

  /**
   * Backward of {@link #crossEntropy}.
   *
   * @param dNll [N]
   */
  void crossEntropyBackward(
      Tensor dLogits,
      boolean accumulate,
      Tensor dNll,
      Tensor logSumExp,
      Tensor logits,
      Tensor targets);
}
