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
    long pad = Pad.of(x + 4L * whole, n - whole, 0);
    for (int i = 0; i < n; i += WIDTH) {
      long from = i < whole ? x + 4L * i : pad;
      long to = i < whole ? y + 4L * i : pad;
      value(fromMemorySegment(FLOATS, ALL, from, ORDER)).intoMemorySegment(ALL, to, ORDER);
    }
    if (whole < n) {
      Linear.copy(y + 4L * whole, pad, n - whole);
    }
  }

  static void backward(long dX, boolean accumulate, long dY, long x, int n) {
    int whole = n / WIDTH * WIDTH;
    long pad = Pad.of(x + 4L * whole, n - whole, 0);
    if (whole < n) {
      Pad.fill(pad + BYTES, dY + 4L * whole, n - whole, 0);
      Pad.fill(pad + 2L * BYTES, dX + 4L * whole, n - whole, 0);
    }
    for (int i = 0; i < n; i += WIDTH) {
      boolean in = i < whole;
      long to = in ? dX + 4L * i : pad + 2L * BYTES;
      FloatVector known = fromMemorySegment(FLOATS, ALL, accumulate ? to : Lanes.ZEROS, ORDER);
      FloatVector d = fromMemorySegment(FLOATS, ALL, in ? dY + 4L * i : pad + BYTES, ORDER);
      slope(fromMemorySegment(FLOATS, ALL, in ? x + 4L * i : pad, ORDER))
          .fma(d, known)
          .intoMemorySegment(ALL, to, ORDER);
    }
    if (whole < n) {
      Linear.copy(dX + 4L * whole, pad + 2L * BYTES, n - whole);
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
