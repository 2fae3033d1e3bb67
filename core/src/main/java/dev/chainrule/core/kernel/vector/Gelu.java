package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.kernel.vector.Lanes.BYTES;
import static dev.chainrule.core.kernel.vector.Lanes.WIDTH;
import static dev.chainrule.core.kernel.vector.Lanes.broadcast;
import static dev.chainrule.core.kernel.vector.Lanes.load;
import static dev.chainrule.core.kernel.vector.Lanes.sigmoid;
import static dev.chainrule.core.kernel.vector.Lanes.store;
import static dev.chainrule.core.kernel.vector.Lanes.tail;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * The tanh form of GELU, as {@code x sigmoid(z)} with {@code z = 2 sqrt(2/pi) (x + 0.044715 x^3)},
 * because {@code (1 + tanh(u)) / 2 = sigmoid(2u)}.
 */
final class Gelu {
  private static final float LINEAR = (float) (2 * Math.sqrt(2 / Math.PI));
  private static final float CUBIC = (float) (2 * Math.sqrt(2 / Math.PI) * 0.044715);

  private Gelu() {}

  static void forward(long y, long x, int n) {
    int i = 0;
    for (; i <= n - WIDTH; i += WIDTH, x += BYTES, y += BYTES) {
      store(value(load(x)), y);
    }
    if (i < n) {
      VectorMask<Float> mask = tail(i, n);
      store(value(load(x, mask)), y, mask);
    }
  }

  static void backward(long dX, boolean accumulate, long dY, long x, int n) {
    int i = 0;
    for (; i <= n - WIDTH; i += WIDTH, x += BYTES, dX += BYTES, dY += BYTES) {
      FloatVector d = slope(load(x)).mul(load(dY));
      store(accumulate ? d.add(load(dX)) : d, dX);
    }
    if (i < n) {
      VectorMask<Float> mask = tail(i, n);
      FloatVector d = slope(load(x, mask)).mul(load(dY, mask));
      store(accumulate ? d.add(load(dX, mask)) : d, dX, mask);
    }
  }

  private static FloatVector value(FloatVector x) {
    FloatVector z = x.mul(x).fma(broadcast(CUBIC), broadcast(LINEAR)).mul(x);
    return x.mul(sigmoid(z));
  }

  private static FloatVector slope(FloatVector x) {
    FloatVector square = x.mul(x);
    FloatVector z = square.fma(broadcast(CUBIC), broadcast(LINEAR)).mul(x);
    FloatVector dz = square.fma(broadcast(3 * CUBIC), broadcast(LINEAR));
    FloatVector s = sigmoid(z);
    // s + x s (1 - s) dz
    return s.mul(x.mul(dz)).fma(s.neg().add(1f), s);
  }
}
