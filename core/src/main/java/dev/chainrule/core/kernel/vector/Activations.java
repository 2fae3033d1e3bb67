package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.array.Memory.ALL;
import static dev.chainrule.core.kernel.vector.Lanes.BYTES;
import static dev.chainrule.core.kernel.vector.Lanes.FLOATS;
import static dev.chainrule.core.kernel.vector.Lanes.LANE;
import static dev.chainrule.core.kernel.vector.Lanes.ONE;
import static dev.chainrule.core.kernel.vector.Lanes.ORDER;
import static dev.chainrule.core.kernel.vector.Lanes.WIDTH;
import static dev.chainrule.core.kernel.vector.Lanes.ZERO;
import static dev.chainrule.core.kernel.vector.Lanes.exp;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;
import static jdk.incubator.vector.VectorOperators.LT;

import dev.chainrule.core.kernel.Activation;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** The functions of {@link Activation}, concatenated ELU, and products of elements. */
final class Activations {
  private Activations() {}

  static void forward(long y, long x, Activation f, int n) {
    int i = 0;
    for (; i <= n - WIDTH; i += WIDTH, x += BYTES, y += BYTES) {
      value(fromMemorySegment(FLOATS, ALL, x, ORDER), f).intoMemorySegment(ALL, y, ORDER);
    }
    if (i < n) {
      VectorMask<Float> mask = LANE.compare(LT, (float) (n - i));
      value(fromMemorySegment(FLOATS, ALL, x, ORDER, mask), f)
          .intoMemorySegment(ALL, y, ORDER, mask);
    }
  }

  static void backward(long dX, boolean accumulate, long dY, long x, Activation f, int n) {
    int i = 0;
    for (; i <= n - WIDTH; i += WIDTH, x += BYTES, dX += BYTES, dY += BYTES) {
      FloatVector d =
          slope(fromMemorySegment(FLOATS, ALL, x, ORDER), f)
              .mul(fromMemorySegment(FLOATS, ALL, dY, ORDER));
      (accumulate ? d.add(fromMemorySegment(FLOATS, ALL, dX, ORDER)) : d)
          .intoMemorySegment(ALL, dX, ORDER);
    }
    if (i < n) {
      VectorMask<Float> mask = LANE.compare(LT, (float) (n - i));
      FloatVector d =
          slope(fromMemorySegment(FLOATS, ALL, x, ORDER, mask), f)
              .mul(fromMemorySegment(FLOATS, ALL, dY, ORDER, mask));
      (accumulate ? d.add(fromMemorySegment(FLOATS, ALL, dX, ORDER, mask)) : d)
          .intoMemorySegment(ALL, dX, ORDER, mask);
    }
  }

  /** Of v and -v one is positive, so that one exponential serves both. */
  static void concatElu(long y, long x, int rows, int width) {
    long half = 4L * width;
    for (int n = 0; n < rows; n++, y += 2 * half, x += half) {
      for (int i = 0; i < width; i += WIDTH) {
        VectorMask<Float> mask = LANE.compare(LT, (float) (width - i));
        FloatVector v = fromMemorySegment(FLOATS, ALL, x + 4L * i, ORDER, mask);
        FloatVector e = exp(v.abs().neg()).sub(ONE);
        VectorMask<Float> positive = v.compare(VectorOperators.GT, ZERO);
        e.blend(v, positive).intoMemorySegment(ALL, y + 4L * i, ORDER, mask);
        v.neg().blend(e, positive).intoMemorySegment(ALL, y + half + 4L * i, ORDER, mask);
      }
    }
  }

  static void concatEluBackward(long dX, boolean accumulate, long dY, long x, int rows, int width) {
    long half = 4L * width;
    long step = accumulate ? half : 0;
    int stride = accumulate ? 4 : 0;
    long before = accumulate ? dX : Lanes.ZEROS;
    for (int n = 0; n < rows; n++, dX += half, dY += 2 * half, x += half, before += step) {
      for (int i = 0; i < width; i += WIDTH) {
        VectorMask<Float> mask = LANE.compare(LT, (float) (width - i));
        FloatVector v = fromMemorySegment(FLOATS, ALL, x + 4L * i, ORDER, mask);
        FloatVector e = exp(v.abs().neg());
        VectorMask<Float> positive = v.compare(VectorOperators.GT, ZERO);
        long at = dY + 4L * i;
        FloatVector d = fromMemorySegment(FLOATS, ALL, at, ORDER, mask);
        FloatVector dNegative = fromMemorySegment(FLOATS, ALL, at + half, ORDER, mask);
        FloatVector known = fromMemorySegment(FLOATS, ALL, before + (long) stride * i, ORDER, mask);
        d = d.mul(e.blend(ONE, positive)).add(known);
        d = d.sub(dNegative.mul(ONE.blend(e, positive)));
        d.intoMemorySegment(ALL, dX + 4L * i, ORDER, mask);
      }
    }
  }

  static void multiply(long y, boolean accumulate, long a, long b, int n) {
    int i = 0;
    for (; i <= n - WIDTH; i += WIDTH, a += BYTES, b += BYTES, y += BYTES) {
      FloatVector product =
          fromMemorySegment(FLOATS, ALL, a, ORDER).mul(fromMemorySegment(FLOATS, ALL, b, ORDER));
      (accumulate ? product.add(fromMemorySegment(FLOATS, ALL, y, ORDER)) : product)
          .intoMemorySegment(ALL, y, ORDER);
    }
    if (i < n) {
      VectorMask<Float> mask = LANE.compare(LT, (float) (n - i));
      FloatVector product =
          fromMemorySegment(FLOATS, ALL, a, ORDER, mask)
              .mul(fromMemorySegment(FLOATS, ALL, b, ORDER, mask));
      (accumulate ? product.add(fromMemorySegment(FLOATS, ALL, y, ORDER, mask)) : product)
          .intoMemorySegment(ALL, y, ORDER, mask);
    }
  }

  private static FloatVector value(FloatVector x, Activation f) {
    return f == Activation.RELU ? x.max(0f) : elu(x);
  }

  private static FloatVector slope(FloatVector x, Activation f) {
    if (f == Activation.ELU) {
      return eluSlope(x);
    }
    return FloatVector.zero(FLOATS).blend(1f, x.compare(VectorOperators.GT, 0f));
  }

  private static FloatVector elu(FloatVector x) {
    return exp(x.min(0f)).sub(1f).blend(x, x.compare(VectorOperators.GT, 0f));
  }

  private static FloatVector eluSlope(FloatVector x) {
    return exp(x.min(0f));
  }
}
