package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.kernel.vector.Lanes.WIDTH;
import static dev.chainrule.core.kernel.vector.Lanes.ZERO;
import static dev.chainrule.core.kernel.vector.Lanes.broadcast;
import static dev.chainrule.core.kernel.vector.Lanes.exp;
import static dev.chainrule.core.kernel.vector.Lanes.load;
import static dev.chainrule.core.kernel.vector.Lanes.store;
import static dev.chainrule.core.kernel.vector.Lanes.tail;
import static dev.chainrule.core.kernel.vector.Lanes.zero;

import dev.chainrule.core.array.Memory;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** Softmax of a row, and the cross-entropy made of it. */
final class Softmax {
  private Softmax() {}

  /** The largest of the first n elements. */
  static float max(long x, int n) {
    FloatVector lowest = broadcast(Float.NEGATIVE_INFINITY);
    FloatVector largest = lowest;
    for (int i = 0; i < n; i += WIDTH) {
      VectorMask<Float> mask = tail(i, n);
      largest = largest.max(lowest.blend(load(x + 4L * i, mask), mask));
    }
    return largest.reduceLanes(VectorOperators.MAX);
  }

  /** {@code y = exp(scale * x - shift)} and its sum; y may be x. */
  static float expAndSum(long y, long x, float scale, float shift, int n) {
    FloatVector factor = broadcast(scale);
    FloatVector offset = broadcast(-shift);
    FloatVector sum = zero();
    for (int i = 0; i < n; i += WIDTH) {
      VectorMask<Float> mask = tail(i, n);
      FloatVector e = exp(load(x + 4L * i, mask).fma(factor, offset));
      store(e, y + 4L * i, mask);
      sum = sum.add(ZERO.blend(e, mask));
    }
    return Lanes.sum(sum);
  }

  /** The sum of {@code exp(x - shift)}. */
  private static float sumExp(long x, float shift, int n) {
    FloatVector offset = broadcast(shift);
    FloatVector sum = zero();
    for (int i = 0; i < n; i += WIDTH) {
      VectorMask<Float> mask = tail(i, n);
      sum = sum.add(ZERO.blend(exp(load(x + 4L * i, mask).sub(offset)), mask));
    }
    return Lanes.sum(sum);
  }

  /** {@code y = factor * x}; y may be x. */
  static void scale(long y, long x, float factor, int n) {
    FloatVector by = broadcast(factor);
    for (int i = 0; i < n; i += WIDTH) {
      VectorMask<Float> mask = tail(i, n);
      store(load(x + 4L * i, mask).mul(by), y + 4L * i, mask);
    }
  }

  static void crossEntropy(
      long nll, long logSumExp, long logits, long targets, int rows, int vocab) {
    for (int n = 0; n < rows; n++) {
      long row = logits + 4L * n * vocab;
      float max = max(row, vocab);
      float lse = max + (float) Math.log(sumExp(row, max, vocab));
      int target = Memory.getInt(targets + 4L * n);
      Memory.putFloat(logSumExp + 4L * n, lse);
      Memory.putFloat(nll + 4L * n, target < 0 ? 0f : lse - Memory.getFloat(row + 4L * target));
    }
  }

  static void crossEntropyBackward(
      long dLogits,
      boolean accumulate,
      long dNll,
      long logSumExp,
      long logits,
      long targets,
      int rows,
      int vocab) {
    int known = accumulate ? vocab : 0;
    for (int n = 0; n < rows; n++) {
      int target = Memory.getInt(targets + 4L * n);
      float d = target < 0 ? 0f : Memory.getFloat(dNll + 4L * n);
      float lse = Memory.getFloat(logSumExp + 4L * n);
      long row = logits + 4L * n * vocab;
      long out = dLogits + 4L * n * vocab;
      FloatVector offset = broadcast(lse);
      FloatVector factor = broadcast(d);
      for (int i = 0; i < vocab; i += WIDTH) {
        VectorMask<Float> mask = tail(i, vocab);
        FloatVector p = exp(load(row + 4L * i, mask).sub(offset)).mul(factor);
        store(p.add(load(out + 4L * i, tail(i, known))), out + 4L * i, mask);
      }
      if (target >= 0) {
        Memory.putFloat(out + 4L * target, Memory.getFloat(out + 4L * target) - d);
      }
    }
  }
}
