package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.array.Memory.ALL;
import static dev.chainrule.core.kernel.vector.Lanes.BYTES;
import static dev.chainrule.core.kernel.vector.Lanes.FLOATS;
import static dev.chainrule.core.kernel.vector.Lanes.LANE;
import static dev.chainrule.core.kernel.vector.Lanes.ONE;
import static dev.chainrule.core.kernel.vector.Lanes.ORDER;
import static dev.chainrule.core.kernel.vector.Lanes.WIDTH;
import static dev.chainrule.core.kernel.vector.Lanes.ZEROS;
import static dev.chainrule.core.kernel.vector.Lanes.broadcast;
import static dev.chainrule.core.kernel.vector.Lanes.tanh;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;
import static jdk.incubator.vector.VectorOperators.LT;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * {@code cap tanh(x factor)}. Below 0.625 the tangent is the polynomial of Cephes tanhf, whose
 * error is relative: multiplied with a cap of 50, an absolute one would be seen.
 */
final class SoftCap {
  private static final FloatVector SMALL = broadcast(0.625f);
  private static final FloatVector P4 = broadcast(-5.70498872745e-3f);
  private static final FloatVector P3 = broadcast(2.06390887954e-2f);
  private static final FloatVector P2 = broadcast(-5.37397155531e-2f);
  private static final FloatVector P1 = broadcast(1.33314422036e-1f);
  private static final FloatVector P0 = broadcast(-3.33332819422e-1f);

  private SoftCap() {}

  /**
   * All elements.
   *
   * @param y may be x
   * @param slopes gets the derivatives by x; 0 for none
   */
  static void forward(long y, long slopes, long x, float factor, float cap, int n) {
    int whole = n / WIDTH * WIDTH;
    long pad = Pad.of(x + 4L * whole, n - whole, 0);
    FloatVector by = FloatVector.broadcast(FLOATS, factor);
    FloatVector to = FloatVector.broadcast(FLOATS, cap);
    FloatVector steepest = FloatVector.broadcast(FLOATS, factor * cap);
    for (int i = 0; i < n; i += WIDTH) {
      boolean in = i < whole;
      FloatVector u = fromMemorySegment(FLOATS, ALL, in ? x + 4L * i : pad, ORDER).mul(by);
      FloatVector z = u.mul(u);
      FloatVector small = P4.fma(z, P3).fma(z, P2).fma(z, P1).fma(z, P0).mul(z).fma(u, u);
      FloatVector t = tanh(u).blend(small, u.abs().compare(LT, SMALL));
      t.mul(to).intoMemorySegment(ALL, in ? y + 4L * i : pad, ORDER);
      if (slopes != 0) {
        long at = in ? slopes + 4L * i : pad + BYTES;
        ONE.sub(t.mul(t)).mul(steepest).intoMemorySegment(ALL, at, ORDER);
      }
    }
    if (whole < n) {
      Linear.copy(y + 4L * whole, pad, n - whole);
      if (slopes != 0) {
        Linear.copy(slopes + 4L * whole, pad + BYTES, n - whole);
      }
    }
  }

  /** From the output of a cap whose factor is one over it; dX may be dY. */
  static void backward(long dX, boolean accumulate, long dY, long y, float cap, int n) {
    FloatVector by = FloatVector.broadcast(FLOATS, 1 / cap);
    long before = accumulate ? dX : ZEROS;
    int stride = accumulate ? 4 : 0;
    int i = 0;
    for (; i <= n - WIDTH; i += WIDTH) {
      FloatVector t = fromMemorySegment(FLOATS, ALL, y + 4L * i, ORDER).mul(by);
      FloatVector d = fromMemorySegment(FLOATS, ALL, dY + 4L * i, ORDER);
      FloatVector known = fromMemorySegment(FLOATS, ALL, before + (long) stride * i, ORDER);
      ONE.sub(t.mul(t)).fma(d, known).intoMemorySegment(ALL, dX + 4L * i, ORDER);
    }
    if (i < n) {
      VectorMask<Float> mask = LANE.compare(LT, (float) (n - i));
      FloatVector t = fromMemorySegment(FLOATS, ALL, y + 4L * i, ORDER, mask).mul(by);
      FloatVector d = fromMemorySegment(FLOATS, ALL, dY + 4L * i, ORDER, mask);
      FloatVector known = fromMemorySegment(FLOATS, ALL, before + (long) stride * i, ORDER, mask);
      ONE.sub(t.mul(t)).fma(d, known).intoMemorySegment(ALL, dX + 4L * i, ORDER, mask);
    }
  }
}
