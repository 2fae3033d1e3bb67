package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.array.Memory.ALL;
import static dev.chainrule.core.kernel.vector.Lanes.FLOATS;
import static dev.chainrule.core.kernel.vector.Lanes.LANE;
import static dev.chainrule.core.kernel.vector.Lanes.ORDER;
import static dev.chainrule.core.kernel.vector.Lanes.WIDTH;
import static dev.chainrule.core.kernel.vector.Lanes.exp;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;
import static jdk.incubator.vector.VectorOperators.LT;

import dev.chainrule.core.array.Memory;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** Softmax of a row, and the cross-entropy made of it. */
final class Softmax {
  private Softmax() {}

  /** The largest of the first n elements. */
  static float max(long x, int n) {
    FloatVector largest = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
    int i = 0;
    for (; i <= n - WIDTH; i += WIDTH) {
      largest = fromMemorySegment(FLOATS, ALL, x + 4L * i, ORDER).max(largest);
    }
    float max = largest.reduceLanes(VectorOperators.MAX);
    for (; i < n; i++) {
      max = Math.max(max, Memory.getFloat(x + 4L * i));
    }
    return max;
  }

  /** {@code y = exp(scale * (x - max(x)))} and its sum; y may be x. */
  static float weights(long y, long x, double scale, int n) {
    float factor = (float) scale;
    return expAndSum(y, x, factor, max(x, n) * factor, n);
  }

  /** {@code y = exp(scale * x - shift)} and its sum; y may be x. */
  static float expAndSum(long y, long x, float scale, float shift, int n) {
    FloatVector factor = FloatVector.broadcast(FLOATS, scale);
    FloatVector offset = FloatVector.broadcast(FLOATS, -shift);
    int whole = n / WIDTH * WIDTH;
    long pad = Pad.of(x + 4L * whole, n - whole, 0);
    for (int i = 0; i < n; i += WIDTH) {
      long from = i < whole ? x + 4L * i : pad;
      long to = i < whole ? y + 4L * i : pad;
      exp(fromMemorySegment(FLOATS, ALL, from, ORDER).fma(factor, offset))
          .intoMemorySegment(ALL, to, ORDER);
    }
    if (whole < n) {
      Linear.copy(y + 4L * whole, pad, n - whole);
    }
    return LayerNorm.sum(y, n);
  }

  /** The sum of {@code exp(x - shift)}. */
  private static float sumExp(long x, float shift, int n) {
    FloatVector offset = FloatVector.broadcast(FLOATS, shift);
    FloatVector sum = FloatVector.zero(FLOATS);
    int whole = n / WIDTH * WIDTH;
    long pad = Pad.of(x + 4L * whole, n - whole, Float.NEGATIVE_INFINITY);
    for (int i = 0; i < n; i += WIDTH) {
      long from = i < whole ? x + 4L * i : pad;
      sum = exp(fromMemorySegment(FLOATS, ALL, from, ORDER).sub(offset)).add(sum);
    }
    long room = Pad.ofSum();
    sum.intoMemorySegment(ALL, room, ORDER);
    return Lanes.sumAt(room);
  }

  /** {@code y = factor * x}; y may be x. */
  static void scale(long y, long x, float factor, int n) {
    FloatVector by = FloatVector.broadcast(FLOATS, factor);
    int i = 0;
    for (; i <= n - WIDTH; i += WIDTH) {
      fromMemorySegment(FLOATS, ALL, x + 4L * i, ORDER)
          .mul(by)
          .intoMemorySegment(ALL, y + 4L * i, ORDER);
    }
    if (i < n) {
      VectorMask<Float> mask = LANE.compare(LT, (float) (n - i));
      fromMemorySegment(FLOATS, ALL, x + 4L * i, ORDER, mask)
          .mul(by)
          .intoMemorySegment(ALL, y + 4L * i, ORDER, mask);
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
      slopes(out, accumulate, row, lse, d, vocab);
      if (target >= 0) {
        Memory.putFloat(out + 4L * target, Memory.getFloat(out + 4L * target) - d);
      }
    }
  }

  /** {@code d exp(x - lse)}. */
  private static void slopes(long dX, boolean accumulate, long x, float lse, float d, int n) {
    FloatVector offset = FloatVector.broadcast(FLOATS, lse);
    FloatVector factor = FloatVector.broadcast(FLOATS, d);
    int whole = n / WIDTH * WIDTH;
    long pad = Pad.of(x + 4L * whole, n - whole, 0);
    if (whole < n) {
      Pad.fill(pad + Lanes.BYTES, dX + 4L * whole, n - whole, 0);
    }
    for (int i = 0; i < n; i += WIDTH) {
      long from = i < whole ? x + 4L * i : pad;
      long to = i < whole ? dX + 4L * i : pad + Lanes.BYTES;
      FloatVector known = fromMemorySegment(FLOATS, ALL, accumulate ? to : Lanes.ZEROS, ORDER);
      exp(fromMemorySegment(FLOATS, ALL, from, ORDER).sub(offset))
          .fma(factor, known)
          .intoMemorySegment(ALL, to, ORDER);
    }
    if (whole < n) {
      Linear.copy(dX + 4L * whole, pad + Lanes.BYTES, n - whole);
    }
  }
}
