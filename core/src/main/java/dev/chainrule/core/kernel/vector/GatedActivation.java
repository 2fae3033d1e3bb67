package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.kernel.vector.Lanes.BYTES;
import static dev.chainrule.core.kernel.vector.Lanes.WIDTH;
import static dev.chainrule.core.kernel.vector.Lanes.broadcast;
import static dev.chainrule.core.kernel.vector.Lanes.exp;
import static dev.chainrule.core.kernel.vector.Lanes.load;
import static dev.chainrule.core.kernel.vector.Lanes.sigmoid;
import static dev.chainrule.core.kernel.vector.Lanes.store;
import static dev.chainrule.core.kernel.vector.Lanes.tail;
import static dev.chainrule.core.kernel.vector.Lanes.tanh;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/** The gated unit {@code tanh(a) sigmoid(b)}, row by row. */
public final class GatedActivation {
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
    int i = 0;
    for (; i <= channels - WIDTH; i += WIDTH) {
      long at = 4L * i;
      FloatVector a = load(x + at);
      FloatVector b = load(x + half + at);
      if (condition != 0) {
        a = a.add(load(condition + at));
        b = b.add(load(condition + half + at));
      }
      store(value(a, b), y + at);
    }
    if (i < channels) {
      long at = 4L * i;
      VectorMask<Float> mask = tail(i, channels);
      FloatVector a = load(x + at, mask);
      FloatVector b = load(x + half + at, mask);
      if (condition != 0) {
        a = a.add(load(condition + at, mask));
        b = b.add(load(condition + half + at, mask));
      }
      store(value(a, b), y + at, mask);
    }
  }

  /** With one division: {@code (1 - e^-2a) / ((1 + e^-2a) (1 + e^-b))}. */
  public static FloatVector value(FloatVector a, FloatVector b) {
    // At -20 the hyperbolic tangent is -1 in float, and the product below stays finite.
    FloatVector e = exp(a.max(-20f).mul(-2f));
    FloatVector f = exp(b.max(-40f).neg()).add(1f);
    return broadcast(1f).sub(e).div(e.add(1f).mul(f));
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
    for (int i = 0; i < channels; i += WIDTH, dY += BYTES, x += BYTES) {
      VectorMask<Float> mask = tail(i, channels);
      FloatVector a = load(x, mask);
      FloatVector b = load(x + half, mask);
      if (condition != 0) {
        a = a.add(load(condition, mask));
        b = b.add(load(condition + half, mask));
        condition += BYTES;
      }
      FloatVector tanh = tanh(a);
      FloatVector gated = sigmoid(b).mul(load(dY, mask));
      FloatVector dA = gated.mul(tanh.mul(tanh).neg().add(1f));
      FloatVector dB = gated.mul(tanh).mul(sigmoid(b).neg().add(1f));
      if (dX != 0) {
        store(accumulate ? dA.add(load(dX, mask)) : dA, dX, mask);
        store(accumulate ? dB.add(load(dX + half, mask)) : dB, dX + half, mask);
        dX += BYTES;
      }
      if (dCondition != 0) {
        store(dA.add(load(dCondition, mask)), dCondition, mask);
        store(dB.add(load(dCondition + half, mask)), dCondition + half, mask);
        dCondition += BYTES;
      }
    }
  }
}
