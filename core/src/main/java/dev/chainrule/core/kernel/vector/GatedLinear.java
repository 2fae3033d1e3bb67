package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.kernel.vector.Lanes.ONE;
import static dev.chainrule.core.kernel.vector.Lanes.WIDTH;
import static dev.chainrule.core.kernel.vector.Lanes.ZEROS;
import static dev.chainrule.core.kernel.vector.Lanes.load;
import static dev.chainrule.core.kernel.vector.Lanes.sigmoid;
import static dev.chainrule.core.kernel.vector.Lanes.store;
import static dev.chainrule.core.kernel.vector.Lanes.tail;

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
      VectorMask<Float> mask = tail(i, channels);
      long c = added + (long) stride * i;
      FloatVector a = load(x + 4L * i, mask).add(load(c, mask));
      FloatVector b = load(x + half + 4L * i, mask).add(load(c + conditionHalf, mask));
      FloatVector before = load(base + (long) residualStride * i, mask);
      store(sigmoid(b).fma(a, before), y + 4L * i, mask);
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
      VectorMask<Float> mask = tail(i, channels);
      long at = 4L * i;
      long c = added + (long) stride * i;
      FloatVector a = load(x + at, mask).add(load(c, mask));
      FloatVector gate = sigmoid(load(x + half + at, mask).add(load(c + conditionHalf, mask)));
      FloatVector dA = load(dY + at, mask).mul(gate);
      FloatVector dB = dA.mul(a).mul(ONE.sub(gate));
      long b = before + (long) dXStride * i;
      store(dA.add(load(b, mask)), dX + at, mask);
      store(dB.add(load(b + dXHalf, mask)), dX + half + at, mask);
      if (dCondition != 0) {
        long d = dCondition + at;
        store(load(d, mask).add(dA), d, mask);
        store(load(d + half, mask).add(dB), d + half, mask);
      }
    }
  }
}
