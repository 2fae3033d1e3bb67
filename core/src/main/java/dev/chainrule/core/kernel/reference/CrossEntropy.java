package dev.chainrule.core.kernel.reference;

import dev.chainrule.core.array.Tensor;

/** Softmax and negative log-likelihood in one. */
final class CrossEntropy {
  private CrossEntropy() {}

  static void forward(Tensor nll, Tensor logSumExp, Tensor logits, Tensor targets) {
    int vocab = logits.dim(-1);
    for (int n = 0; n < logits.rows(); n++) {
      long row = (long) n * vocab;
      double max = Double.NEGATIVE_INFINITY;
      for (int i = 0; i < vocab; i++) {
        max = Math.max(max, logits.get(row + i));
      }
      double sum = 0;
      for (int i = 0; i < vocab; i++) {
        sum += Math.exp(logits.get(row + i) - max);
      }
      double lse = max + Math.log(sum);
      int target = targets.getInt(n);
      logSumExp.set(n, lse);
      nll.set(n, target < 0 ? 0 : lse - logits.get(row + target));
    }
  }

  static void backward(
      Tensor dLogits,
      boolean accumulate,
      Tensor dNll,
      Tensor logSumExp,
      Tensor logits,
      Tensor targets) {
    int vocab = logits.dim(-1);
    for (int n = 0; n < logits.rows(); n++) {
      int target = targets.getInt(n);
      double d = target < 0 ? 0 : dNll.get(n);
      for (int i = 0; i < vocab; i++) {
        long at = (long) n * vocab + i;
        double p = Math.exp(logits.get(at) - logSumExp.get(n));
        ReferenceKernels.write(dLogits, accumulate, at, d * (p - (i == target ? 1 : 0)));
      }
    }
  }
}
