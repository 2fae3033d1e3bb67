package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.array.Memory.ALL;
import static dev.chainrule.core.kernel.vector.Lanes.FLOATS;
import static dev.chainrule.core.kernel.vector.Lanes.LANE;
import static dev.chainrule.core.kernel.vector.Lanes.ONE;
import static dev.chainrule.core.kernel.vector.Lanes.ORDER;
import static dev.chainrule.core.kernel.vector.Lanes.WIDTH;
import static dev.chainrule.core.kernel.vector.Lanes.ZEROS;
import static dev.chainrule.core.kernel.vector.Lanes.sigmoid;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;
import static jdk.incubator.vector.VectorOperators.LT;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/** The gated linear unit {@code a sigmoid(b)}, row by row. */
final class GatedLinear {
  private GatedLinear() {}

  /**
   * All rows.
   *
   * @param condition address, or 0 for none
   * @param residual address, or 0 for none
   * @param group rows that share a row of conditions
   */
  static void forward(
      long y, long x, long condition, long residual, int rows, int channels, int group) {
    long width = 8L * channels;
    for (int n = 0; n < rows; n++) {
      long c = condition == 0 ? 0 : condition + width * (n / group);
      long at = 4L * channels * n;
      row(y + at, x + width * n, c, residual == 0 ? 0 : residual + at, channels);
    }
  }

  private static void row(long y, long x, long condition, long residual, int channels) {
    long half = 4L * channels;
    long conditionHalf = condition == 0 ? 0 : half;
    int stride = condition == 0 ? 0 : 4;
    int residualStride = residual == 0 ? 0 : 4;
    long added = condition == 0 ? ZEROS : condition;
    long base = residual == 0 ? ZEROS : residual;
    for (int i = 0; i < channels; i += WIDTH) {
      VectorMask<Float> mask = LANE.compare(LT, (float) (channels - i));
      long c = added + (long) stride * i;
      FloatVector a =
          fromMemorySegment(FLOATS, ALL, x + 4L * i, ORDER, mask)
              .add(fromMemorySegment(FLOATS, ALL, c, ORDER, mask));
      FloatVector b =
          fromMemorySegment(FLOATS, ALL, x + half + 4L * i, ORDER, mask)
              .add(fromMemorySegment(FLOATS, ALL, c + conditionHalf, ORDER, mask));
      FloatVector before =
          fromMemorySegment(FLOATS, ALL, base + (long) residualStride * i, ORDER, mask);
      sigmoid(b).fma(a, before).intoMemorySegment(ALL, y + 4L * i, ORDER, mask);
    }
  }

  static void backward(
      long dX,
      boolean accumulate,
      long dCondition,
      long dY,
      long x,
      long condition,
      int rows,
      int channels,
      int group) {
    long width = 8L * channels;
    for (int n = 0; n < rows; n++) {
      long shift = width * (n / group);
      rowBackward(
          dX + width * n,
          accumulate,
          dCondition == 0 ? 0 : dCondition + shift,
          dY + 4L * channels * n,
          x + width * n,
          condition == 0 ? 0 : condition + shift,
          channels);
    }
  }

  private static void rowBackward(
      long dX, boolean accumulate, long dCondition, long dY, long x, long condition, int channels) {
    long half = 4L * channels;
    long conditionHalf = condition == 0 ? 0 : half;
    int stride = condition == 0 ? 0 : 4;
    long added = condition == 0 ? ZEROS : condition;
    long dXHalf = accumulate ? half : 0;
    int dXStride = accumulate ? 4 : 0;
    long before = accumulate ? dX : ZEROS;
    for (int i = 0; i < channels; i += WIDTH) {
      VectorMask<Float> mask = LANE.compare(LT, (float) (channels - i));
      long at = 4L * i;
      long c = added + (long) stride * i;
      FloatVector a =
          fromMemorySegment(FLOATS, ALL, x + at, ORDER, mask)
              .add(fromMemorySegment(FLOATS, ALL, c, ORDER, mask));
      FloatVector gate =
          sigmoid(
              fromMemorySegment(FLOATS, ALL, x + half + at, ORDER, mask)
                  .add(fromMemorySegment(FLOATS, ALL, c + conditionHalf, ORDER, mask)));
      FloatVector dA = fromMemorySegment(FLOATS, ALL, dY + at, ORDER, mask).mul(gate);
      FloatVector dB = dA.mul(a).mul(ONE.sub(gate));
      long b = before + (long) dXStride * i;
      dA.add(fromMemorySegment(FLOATS, ALL, b, ORDER, mask))
          .intoMemorySegment(ALL, dX + at, ORDER, mask);
      dB.add(fromMemorySegment(FLOATS, ALL, b + dXHalf, ORDER, mask))
          .intoMemorySegment(ALL, dX + half + at, ORDER, mask);
      if (dCondition != 0) {
        long d = dCondition + at;
        fromMemorySegment(FLOATS, ALL, d, ORDER, mask)
            .add(dA)
            .intoMemorySegment(ALL, d, ORDER, mask);
        fromMemorySegment(FLOATS, ALL, d + half, ORDER, mask)
            .add(dB)
            .intoMemorySegment(ALL, d + half, ORDER, mask);
      }
    }
  }
}
