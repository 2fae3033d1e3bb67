package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.array.Memory.ALL;
import static dev.chainrule.core.kernel.vector.Lanes.FLOATS;
import static dev.chainrule.core.kernel.vector.Lanes.LANE;
import static dev.chainrule.core.kernel.vector.Lanes.ONE;
import static dev.chainrule.core.kernel.vector.Lanes.ORDER;
import static dev.chainrule.core.kernel.vector.Lanes.WIDTH;
import static dev.chainrule.core.kernel.vector.Lanes.ZERO;
import static dev.chainrule.core.kernel.vector.Lanes.exp;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LT;

import dev.chainrule.core.kernel.Activation;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/** The functions of {@link Activation}, concatenated ELU, and products of elements. */
final class Activations {
  private Activations() {}

  /** A loop for each function: a vector that is now of one and now of the other is an object. */
  static void forward(long y, long x, Activation f, int n) {
    switch (f) {
      case RELU -> relu(y, x, n);
      case ELU -> elu(y, x, n);
    }
  }

  private static void relu(long y, long x, int n) {
    int i = 0;
    for (; i <= n - WIDTH; i += WIDTH) {
      fromMemorySegment(FLOATS, ALL, x + 4L * i, ORDER)
          .max(ZERO)
          .intoMemorySegment(ALL, y + 4L * i, ORDER);
    }
    VectorMask<Float> mask = LANE.compare(LT, (float) (n - i));
    fromMemorySegment(FLOATS, ALL, x + 4L * i, ORDER, mask)
        .max(ZERO)
        .intoMemorySegment(ALL, y + 4L * i, ORDER, mask);
  }

  private static void elu(long y, long x, int n) {
    for (int i = 0; i < n; i += WIDTH) {
      VectorMask<Float> mask = LANE.compare(LT, (float) (n - i));
      FloatVector v = fromMemorySegment(FLOATS, ALL, x + 4L * i, ORDER, mask);
      FloatVector e = exp(v.min(ZERO)).sub(ONE);
      e.blend(v, v.compare(GT, ZERO)).intoMemorySegment(ALL, y + 4L * i, ORDER, mask);
    }
  }

  static void backward(long dX, boolean accumulate, long dY, long x, Activation f, int n) {
    switch (f) {
      case RELU -> reluBackward(dX, accumulate, dY, x, n);
      case ELU -> eluBackward(dX, accumulate, dY, x, n);
    }
  }

  private static void reluBackward(long dX, boolean accumulate, long dY, long x, int n) {
    long before = accumulate ? dX : Lanes.ZEROS;
    int stride = accumulate ? 4 : 0;
    for (int i = 0; i < n; i += WIDTH) {
      VectorMask<Float> mask = LANE.compare(LT, (float) (n - i));
      FloatVector v = fromMemorySegment(FLOATS, ALL, x + 4L * i, ORDER, mask);
      FloatVector d = fromMemorySegment(FLOATS, ALL, dY + 4L * i, ORDER, mask);
      FloatVector known = fromMemorySegment(FLOATS, ALL, before + (long) stride * i, ORDER, mask);
      known
          .add(ZERO.blend(d, v.compare(GT, ZERO)))
          .intoMemorySegment(ALL, dX + 4L * i, ORDER, mask);
    }
  }

  private static void eluBackward(long dX, boolean accumulate, long dY, long x, int n) {
    long before = accumulate ? dX : Lanes.ZEROS;
    int stride = accumulate ? 4 : 0;
    for (int i = 0; i < n; i += WIDTH) {
      VectorMask<Float> mask = LANE.compare(LT, (float) (n - i));
      FloatVector v = fromMemorySegment(FLOATS, ALL, x + 4L * i, ORDER, mask);
      FloatVector slope = exp(v.min(ZERO));
      FloatVector d = fromMemorySegment(FLOATS, ALL, dY + 4L * i, ORDER, mask);
      FloatVector known = fromMemorySegment(FLOATS, ALL, before + (long) stride * i, ORDER, mask);
      slope.mul(d).add(known).intoMemorySegment(ALL, dX + 4L * i, ORDER, mask);
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
        VectorMask<Float> positive = v.compare(GT, ZERO);
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
        VectorMask<Float> positive = v.compare(GT, ZERO);
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
    long before = accumulate ? y : Lanes.ZEROS;
    int stride = accumulate ? 4 : 0;
    int i = 0;
    for (; i <= n - WIDTH; i += WIDTH) {
      FloatVector va = fromMemorySegment(FLOATS, ALL, a + 4L * i, ORDER);
      FloatVector vb = fromMemorySegment(FLOATS, ALL, b + 4L * i, ORDER);
      FloatVector known = fromMemorySegment(FLOATS, ALL, before + (long) stride * i, ORDER);
      va.mul(vb).add(known).intoMemorySegment(ALL, y + 4L * i, ORDER);
    }
    if (i < n) {
      VectorMask<Float> mask = LANE.compare(LT, (float) (n - i));
      FloatVector va = fromMemorySegment(FLOATS, ALL, a + 4L * i, ORDER, mask);
      FloatVector vb = fromMemorySegment(FLOATS, ALL, b + 4L * i, ORDER, mask);
      FloatVector known = fromMemorySegment(FLOATS, ALL, before + (long) stride * i, ORDER, mask);
      va.mul(vb).add(known).intoMemorySegment(ALL, y + 4L * i, ORDER, mask);
    }
  }
}
