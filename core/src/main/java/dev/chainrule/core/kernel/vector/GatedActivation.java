package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.array.Memory.ALL;
import static dev.chainrule.core.kernel.vector.Lanes.FLOATS;
import static dev.chainrule.core.kernel.vector.Lanes.LANE;
import static dev.chainrule.core.kernel.vector.Lanes.ONE;
import static dev.chainrule.core.kernel.vector.Lanes.ORDER;
import static dev.chainrule.core.kernel.vector.Lanes.WIDTH;
import static dev.chainrule.core.kernel.vector.Lanes.broadcast;
import static dev.chainrule.core.kernel.vector.Lanes.exp;
import static dev.chainrule.core.kernel.vector.Lanes.sigmoid;
import static dev.chainrule.core.kernel.vector.Lanes.tanh;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;
import static jdk.incubator.vector.VectorOperators.LT;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/** The gated unit {@code tanh(a) sigmoid(b)}, row by row. */
final class GatedActivation {
  // At -20 the hyperbolic tangent is -1 in float, and the product in the denominator finite.
  private static final FloatVector TANH_MIN = broadcast(-20f);
  private static final FloatVector SIGMOID_MIN = broadcast(-40f);
  private static final FloatVector MINUS_TWO = broadcast(-2f);

  private GatedActivation() {}

  /**
   * All rows.
   *
   * @param condition address, or 0 for none
   * @param group rows that share a row of conditions
   */
  static void forward(long y, long x, long condition, int rows, int channels, int group) {
    long width = 8L * channels;
    for (int n = 0; n < rows; n++) {
      long c = condition == 0 ? 0 : condition + width * (n / group);
      row(y + 4L * channels * n, x + width * n, c, channels);
    }
  }

  private static void row(long y, long x, long condition, int channels) {
    long half = 4L * channels;
    long conditionHalf = condition == 0 ? 0 : half;
    int stride = condition == 0 ? 0 : 4;
    long added = condition == 0 ? Lanes.ZEROS : condition;
    for (int i = 0; i < channels; i += WIDTH) {
      VectorMask<Float> mask = LANE.compare(LT, (float) (channels - i));
      long c = added + (long) stride * i;
      FloatVector a =
          fromMemorySegment(FLOATS, ALL, x + 4L * i, ORDER, mask)
              .add(fromMemorySegment(FLOATS, ALL, c, ORDER, mask));
      FloatVector b =
          fromMemorySegment(FLOATS, ALL, x + half + 4L * i, ORDER, mask)
              .add(fromMemorySegment(FLOATS, ALL, c + conditionHalf, ORDER, mask));
      value(a, b).intoMemorySegment(ALL, y + 4L * i, ORDER, mask);
    }
  }

  /** With one division: {@code (1 - e^-2a) / ((1 + e^-2a) (1 + e^-b))}. */
  public static FloatVector value(FloatVector a, FloatVector b) {
    FloatVector e = exp(a.max(TANH_MIN).mul(MINUS_TWO));
    FloatVector f = exp(b.max(SIGMOID_MIN).neg()).add(ONE);
    return ONE.sub(e).div(e.add(ONE).mul(f));
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
          dX == 0 ? 0 : dX + width * n,
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
    long added = condition == 0 ? Lanes.ZEROS : condition;
    long dXHalf = accumulate ? half : 0;
    int dXStride = accumulate ? 4 : 0;
    long before = accumulate ? dX : Lanes.ZEROS;
    for (int i = 0; i < channels; i += WIDTH) {
      VectorMask<Float> mask = LANE.compare(LT, (float) (channels - i));
      long c = added + (long) stride * i;
      long at = 4L * i;
      FloatVector tanh =
          tanh(
              fromMemorySegment(FLOATS, ALL, x + at, ORDER, mask)
                  .add(fromMemorySegment(FLOATS, ALL, c, ORDER, mask)));
      FloatVector gate =
          sigmoid(
              fromMemorySegment(FLOATS, ALL, x + half + at, ORDER, mask)
                  .add(fromMemorySegment(FLOATS, ALL, c + conditionHalf, ORDER, mask)));
      FloatVector gated = fromMemorySegment(FLOATS, ALL, dY + at, ORDER, mask).mul(gate);
      FloatVector dA = gated.mul(ONE.sub(tanh.mul(tanh)));
      FloatVector dB = gated.mul(tanh).mul(ONE.sub(gate));
      if (dX != 0) {
        long b = before + (long) dXStride * i;
        dA.add(fromMemorySegment(FLOATS, ALL, b, ORDER, mask))
            .intoMemorySegment(ALL, dX + at, ORDER, mask);
        dB.add(fromMemorySegment(FLOATS, ALL, b + dXHalf, ORDER, mask))
            .intoMemorySegment(ALL, dX + half + at, ORDER, mask);
      }
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
