package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.array.Memory.ALL;
import static dev.chainrule.core.kernel.vector.Lanes.BYTES;
import static dev.chainrule.core.kernel.vector.Lanes.FLOATS;
import static dev.chainrule.core.kernel.vector.Lanes.ONE;
import static dev.chainrule.core.kernel.vector.Lanes.ORDER;
import static dev.chainrule.core.kernel.vector.Lanes.WIDTH;
import static dev.chainrule.core.kernel.vector.Lanes.ZERO;
import static dev.chainrule.core.kernel.vector.Lanes.exp;
import static dev.chainrule.core.kernel.vector.Lanes.load;
import static dev.chainrule.core.kernel.vector.Lanes.store;
import static dev.chainrule.core.kernel.vector.Lanes.tail;
import static dev.chainrule.core.kernel.vector.Lanes.zero;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;

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
      store(value(load(x), f), y);
    }
    if (i < n) {
      VectorMask<Float> mask = tail(i, n);
      store(value(load(x, mask), f), y, mask);
    }
  }

  static void backward(long dX, boolean accumulate, long dY, long x, Activation f, int n) {
    int i = 0;
    for (; i <= n - WIDTH; i += WIDTH, x += BYTES, dX += BYTES, dY += BYTES) {
      FloatVector d = slope(load(x), f).mul(load(dY));
      store(accumulate ? d.add(load(dX)) : d, dX);
    }
    if (i < n) {
      VectorMask<Float> mask = tail(i, n);
      FloatVector d = slope(load(x, mask), f).mul(load(dY, mask));
      store(accumulate ? d.add(load(dX, mask)) : d, dX, mask);
    }
  }

  /** Of v and -v one is positive, so that one exponential serves both. */
  static void concatElu(long y, long x, int rows, int width) {
    long half = 4L * width;
    for (int n = 0; n < rows; n++, y += 2 * half, x += half) {
      for (int i = 0; i < width; i += WIDTH) {
        VectorMask<Float> mask = tail(i, width);
        FloatVector v = load(x + 4L * i, mask);
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
        VectorMask<Float> mask = tail(i, width);
        FloatVector v = load(x + 4L * i, mask);
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
      FloatVector product = load(a).mul(load(b));
      store(accumulate ? product.add(load(y)) : product, y);
    }
    if (i < n) {
      VectorMask<Float> mask = tail(i, n);
      FloatVector product = load(a, mask).mul(load(b, mask));
      store(accumulate ? product.add(load(y, mask)) : product, y, mask);
    }
  }

  private static FloatVector value(FloatVector x, Activation f) {
    return f == Activation.RELU ? x.max(0f) : elu(x);
  }

  private static FloatVector slope(FloatVector x, Activation f) {
    if (f == Activation.ELU) {
      return eluSlope(x);
    }
    return zero().blend(1f, x.compare(VectorOperators.GT, 0f));
  }

  private static FloatVector elu(FloatVector x) {
    return exp(x.min(0f)).sub(1f).blend(x, x.compare(VectorOperators.GT, 0f));
  }

  private static FloatVector eluSlope(FloatVector x) {
    return exp(x.min(0f));
  }
}
