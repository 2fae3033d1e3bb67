package dev.chainrule.core.autograd;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.ArrayKernels;
import dev.chainrule.core.kernel.SoftmaxKernels;

/** How far distributions of classes are from given ones. */
public final class DivergenceOps {
  private DivergenceOps() {}

  /**
   * The Kullback-Leibler divergence {@code sum over v of p[v] (log p[v] - log q[v])} of q =
   * softmax(logits) from p = softmax(given), in nats: what a code for q takes more of what p draws.
   *
   * @param logits [..., V] of N rows
   * @param given [..., V] of N rows, without a gradient
   * @param targets int32 of N elements, each below V; where one is negative the divergence is 0. It
   *     does not depend on which they are else.
   * @return [N]
   */
  public static Variable divergence(Tape tape, Variable logits, Tensor given, Tensor targets) {
    Tensor q = logits.value();
    int rows = q.rows();
    if (!given.hasShape(q.shape()) || targets.dtype() != DType.INT32 || targets.size() != rows) {
      throw new IllegalArgumentException(
          "divergence of logits %s from %s with targets %s, expected equal shapes and int32 of %d"
              .formatted(q, given, targets, rows));
    }
    Ops.requireIds(targets, Integer.MIN_VALUE, q.dim(-1));
    SoftmaxKernels softmax = tape.kernels().softmax();
    ArrayKernels arrays = tape.kernels().arrays();
    Tensor on = tape.upload(targets);
    Variable sum = tape.variable(logits.needsGradient(), rows);
    Tensor logSumExpQ = tape.variable(false, rows).value();
    Tensor logSumExpP = tape.variable(false, rows).value();
    Tensor row = tape.variable(false, rows).value();
    Tensor less = tape.variable(false, q.shape()).value();
    Tensor apart = tape.variable(false, q.shape()).value();
    // With t the target: log p[t] - log q[t] + sum over v of (1[v = t] - p[v]) (q - p)[v].
    softmax.crossEntropy(row, logSumExpP, given, on);
    softmax.crossEntropy(sum.value(), logSumExpQ, q, on);
    arrays.addScaled(sum.value(), row, -1);
    arrays.fill(row, -1);
    softmax.crossEntropyBackward(less, false, row, logSumExpP, given, on);
    arrays.copy(apart, q);
    arrays.addScaled(apart, given, -1);
    arrays.multiply(apart, false, apart, less);
    Tensor ones = tape.variable(false, 1, q.dim(-1)).value();
    arrays.fill(ones, 1);
    tape.kernels()
        .linear()
        .linear(row.reshape(rows, 1), apart.reshape(rows, q.dim(-1)), ones, null, null);
    arrays.addScaled(sum.value(), row, 1);
    tape.record(
        "divergence",
        sum,
        logits,
        () -> {
          boolean accumulate = logits.gradientStarted();
          Tensor dLogits = tape.gradient(logits);
          softmax.crossEntropyBackward(dLogits, accumulate, tape.gradient(sum), logSumExpQ, q, on);
          arrays.fill(row, 0);
          arrays.addScaled(row, tape.gradient(sum), -1);
          softmax.crossEntropyBackward(dLogits, true, row, logSumExpP, given, on);
        });
    return sum;
  }
}
