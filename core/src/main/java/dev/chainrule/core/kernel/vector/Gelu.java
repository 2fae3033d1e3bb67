package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.array.Memory.ALL;
import static dev.chainrule.core.kernel.vector.Lanes.BYTES;
import static dev.chainrule.core.kernel.vector.Lanes.FLOATS;
import static dev.chainrule.core.kernel.vector.Lanes.ONE;
import static dev.chainrule.core.kernel.vector.Lanes.ORDER;
import static dev.chainrule.core.kernel.vector.Lanes.WIDTH;
import static dev.chainrule.core.kernel.vector.Lanes.broadcast;
import static dev.chainrule.core.kernel.vector.Lanes.sigmoid;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;

import jdk.incubator.vector.FloatVector;

/**
 * The tanh form of GELU, as {@code x sigmoid(z)} with {@code z = 2 sqrt(2/pi) (x + 0.044715 x^3)},
 * because {@code (1 + tanh(u)) / 2 = sigmoid(2u)}.
 */
final class Gelu {
  private static final double SCALE = 2 * Math.sqrt(2 / Math.PI);
  private static final FloatVector LINEAR = broadcast((float) SCALE);
  private static final FloatVector CUBIC = broadcast((float) (SCALE * 0.044715));
  private static final FloatVector CUBIC_SLOPE = broadcast((float) (3 * SCALE * 0.044715));

  private Gelu() {}

  static void forward(long y, long x, int n) {
    int whole = n / WIDTH * WIDTH;
    values(y, x, whole);
    if (whole < n) {
      long pad = Pad.address();
      Pad.fill(pad, x + 4L * whole, n - whole, 0);
      values(pad, pad, WIDTH);
      Linear.copy(y + 4L * whole, pad, n - whole);
    }
  }

  private static void values(long y, long x, int n) {
    for (int i = 0; i < n; i += WIDTH) {
      value(fromMemorySegment(FLOATS, ALL, x + 4L * i, ORDER))
          .intoMemorySegment(ALL, y + 4L * i, ORDER);
    }
  }

  static void backward(long dX, boolean accumulate, long dY, long x, int n) {
    int whole = n / WIDTH * WIDTH;
    slopes(dX, accumulate, dY, x, whole);
    if (whole < n) {
      long pad = Pad.address();
      Pad.fill(pad, x + 4L * whole, n - whole, 0);
      Pad.fill(pad + BYTES, dY + 4L * whole, n - whole, 0);
      Pad.fill(pad + 2L * BYTES, dX + 4L * whole, n - whole, 0);
      slopes(pad + 2L * BYTES, accumulate, pad + BYTES, pad, WIDTH);
      Linear.copy(dX + 4L * whole, pad + 2L * BYTES, n - whole);
    }
  }

  private static void slopes(long dX, boolean accumulate, long dY, long x, int n) {
    long before = accumulate ? dX : Lanes.ZEROS;
    int stride = accumulate ? 4 : 0;
    for (int i = 0; i < n; i += WIDTH) {
      FloatVector known = fromMemorySegment(FLOATS, ALL, before + (long) stride * i, ORDER);
      FloatVector d = fromMemorySegment(FLOATS, ALL, dY + 4L * i, ORDER);
      slope(fromMemorySegment(FLOATS, ALL, x + 4L * i, ORDER))
          .fma(d, known)
          .intoMemorySegment(ALL, dX + 4L * i, ORDER);
    }
  }

  private static FloatVector value(FloatVector x) {
    FloatVector z = x.mul(x).fma(CUBIC, LINEAR).mul(x);
    return x.mul(sigmoid(z));
  }

  private static FloatVector slope(FloatVector x) {
    FloatVector square = x.mul(x);
    FloatVector z = square.fma(CUBIC, LINEAR).mul(x);
    FloatVector dz = square.fma(CUBIC_SLOPE, LINEAR);
    FloatVector s = sigmoid(z);
    // s + x s (1 - s) dz
    return s.mul(x.mul(dz)).fma(ONE.sub(s), s);
  }
}
