package dev.chainrule.core.autograd;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.Kernels;

/**
 * Likelihoods of classes whose logits are a linear map's: of many classes the logits are computed
 * in pieces of rows, and again in the backward pass, so that their memory has a bound.
 */
public final class SoftmaxOps {
  /** Logits that are kept at once, of one tape: 256 MiB of float32, and as much for gradients. */
  private static final long MOST = 1L << 26;

  /** Logits of a piece, where there are more. */
  private static final long PIECE = 1L << 24;

  private SoftmaxOps() {}

  /**
   * Negative log-likelihood of targets under softmax(cap(states weight^T)), in nats.
   *
   * @param states [..., C]
   * @param weight [V, C]
   * @param softCap of logits, 0 for none
   * @param targets int32 of N elements, each below V; a negative one is not observed and has nll 0
   * @return [N]
   */
  public static Variable linearCrossEntropy(
      Tape tape, Variable states, Variable weight, double softCap, Tensor targets) {
    long logits = (long) states.value().rows() * weight.value().dim(0);
    if (logits > MOST) {
      int rows = rowsAtOnce(weight.value().dim(0));
      return linearCrossEntropy(tape, states, weight, softCap, targets, rows);
    }
    Variable map = Ops.linear(tape, states, weight, null);
    return Ops.crossEntropy(tape, TransformerOps.softCap(tape, map, softCap), targets);
  }

  /** Rows of logits that are computed at once where there are many: 64 MiB of float32, or one. */
  public static int rowsAtOnce(int classes) {
    return (int) Math.max(1, PIECE / classes);
  }

  /** As above, of so many rows at once. */
  static Variable linearCrossEntropy(
      Tape tape, Variable states, Variable weight, double softCap, Tensor targets, int rows) {
    Tensor x = states.value();
    Tensor w = weight.value();
    int count = x.rows();
    if (w.rank() != 2
        || x.dim(-1) != w.dim(1)
        || targets.dtype() != DType.INT32
        || targets.size() != count) {
      throw new IllegalArgumentException(
          "crossEntropy of states %s, map %s and targets %s do not fit".formatted(x, w, targets));
    }
    Ops.requireIds(targets, Integer.MIN_VALUE, w.dim(0));
    boolean needs = states.needsGradient() || weight.needsGradient();
    Variable nll = tape.variable(needs, count);
    int most = Math.min(rows, count);
    Tensor logits = tape.variable(false, most, w.dim(0)).value();
    boolean backward = tape.recording() && needs;
    Pieces pieces =
        new Pieces(
            tape.kernels(),
            x.reshape(count, w.dim(1)),
            w,
            softCap,
            tape.upload(targets).reshape(count),
            tape.variable(false, count).value(),
            logits,
            backward ? tape.variable(false, most, w.dim(0)).value() : logits);
    pieces.forward(nll.value());
    tape.record(
        "linearCrossEntropy",
        nll,
        states,
        weight,
        () -> pieces.backward(tape, states, weight, tape.gradient(nll)));
    return nll;
  }

  /**
   * The pieces of one operation.
   *
   * @param x [N, C]
   * @param w [V, C]
   * @param targets [N]
   * @param logSumExp [N], saved
   * @param logits of a piece [rows, V]
   * @param dLogits of a piece [rows, V]
   */
  private record Pieces(
      Kernels kernels,
      Tensor x,
      Tensor w,
      double softCap,
      Tensor targets,
      Tensor logSumExp,
      Tensor logits,
      Tensor dLogits) {
    void forward(Tensor nll) {
      for (int from = 0; from < x.dim(0); from += logits.dim(0)) {
        int to = Math.min(x.dim(0), from + logits.dim(0));
        kernels
            .softmax()
            .crossEntropy(
                nll.slice(from, to),
                logSumExp.slice(from, to),
                logits(from, to),
                targets.slice(from, to));
      }
    }

    private Tensor logits(int from, int to) {
      Tensor piece = logits.slice(0, to - from);
      kernels.linear().linear(piece, x.slice(from, to), w, null, null);
      if (softCap != 0) {
        kernels.transformer().softCap(piece, piece, softCap);
      }
      return piece;
    }

    void backward(Tape tape, Variable states, Variable weight, Tensor dNll) {
      boolean accumulate = states.gradientStarted();
      Tensor dX = states.needsGradient() ? tape.gradient(states).reshape(x.shape()) : null;
      Tensor dW = weight.needsGradient() ? tape.gradient(weight) : null;
      for (int from = 0; from < x.dim(0); from += logits.dim(0)) {
        int to = Math.min(x.dim(0), from + logits.dim(0));
        Tensor piece = logits(from, to);
        Tensor slopes = dLogits.slice(0, to - from);
        kernels
            .softmax()
            .crossEntropyBackward(
                slopes,
                false,
                dNll.slice(from, to),
                logSumExp.slice(from, to),
                piece,
                targets.slice(from, to));
        if (softCap != 0) {
          kernels.transformer().softCapBackward(slopes, false, slopes, piece, softCap);
        }
        kernels
            .linear()
            .linearBackward(
                dX == null ? null : dX.slice(from, to),
                accumulate,
                dW,
                null,
                slopes,
                x.slice(from, to),
                w);
      }
    }
  }
}
