package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.kernel.vector.Lanes.WIDTH;
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
    FloatVector largest = broadcast(Float.NEGATIVE_INFINITY);
    int i = 0;
    for (; i <= n - WIDTH; i += WIDTH) {
      largest = largest.max(load(x + 4L * i));
    }
    if (i < n) {
      VectorMask<Float> mask = tail(i, n);
      largest = largest.lanewise(VectorOperators.MAX, load(x + 4L * i, mask), mask);
    }
    return largest.reduceLanes(VectorOperators.MAX);
  }

  /** {@code y = exp(scale * x - shift)} and its sum; y may be x. */
  static float expAndSum(long y, long x, float scale, float shift, int n) {
    FloatVector sum = zero();
    FloatVector factor = broadcast(scale);
    FloatVector offset = broadcast(-shift);
    int i = 0;
    for (; i <= n - WIDTH; i += WIDTH) {
      FloatVector e = exp(load(x + 4L * i).fma(factor, offset));
      store(e, y + 4L * i);
      sum = sum.add(e);
    }
    if (i < n) {
      VectorMask<Float> mask = tail(i, n);
      FloatVector e = exp(load(x + 4L * i, mask).fma(factor, offset));
      store(e, y + 4L * i, mask);
      sum = sum.lanewise(VectorOperators.ADD, e, mask);
    }
    return sum.reduceLanes(VectorOperators.ADD);
  }

  /** The sum of {@code exp(x - shift)}. */
  private static float sumExp(long x, float shift, int n) {
    FloatVector sum = zero();
    int i = 0;
    for (; i <= n - WIDTH; i += WIDTH) {
      sum = sum.add(exp(load(x + 4L * i).sub(shift)));
    }
    if (i < n) {
      VectorMask<Float> mask = tail(i, n);
      sum = sum.lanewise(VectorOperators.ADD, exp(load(x + 4L * i, mask).sub(shift)), mask);
    }
    return sum.reduceLanes(VectorOperators.ADD);
  }

  /** {@code y = factor * x}; y may be x. */
  static void scale(long y, long x, float factor, int n) {
    int i = 0;
    for (; i <= n - WIDTH; i += WIDTH) {
      store(load(x + 4L * i).mul(factor), y + 4L * i);
    }
    if (i < n) {
      VectorMask<Float> mask = tail(i, n);
      store(load(x + 4L * i, mask).mul(factor), y + 4L * i, mask);
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
    for (int n = 0; n < rows; n++) {
      int target = Memory.getInt(targets + 4L * n);
      float d = target < 0 ? 0f : Memory.getFloat(dNll + 4L * n);
      float lse = Memory.getFloat(logSumExp + 4L * n);
      long row = logits + 4L * n * vocab;
      long out = dLogits + 4L * n * vocab;
      for (int i = 0; i < vocab; i += WIDTH) {
        VectorMask<Float> mask = tail(i, vocab);
        FloatVector p = exp(load(row + 4L * i, mask).sub(lse)).mul(d);
        store(accumulate ? p.add(load(out + 4L * i, mask)) : p, out + 4L * i, mask);
      }
      if (target >= 0) {
        Memory.putFloat(out + 4L * target, Memory.getFloat(out + 4L * target) - d);
      }
    }
  }
}
