package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.array.Memory.ALL;
import static dev.chainrule.core.kernel.vector.Lanes.BYTES;
import static dev.chainrule.core.kernel.vector.Lanes.FLOATS;
import static dev.chainrule.core.kernel.vector.Lanes.LANE;
import static dev.chainrule.core.kernel.vector.Lanes.ORDER;
import static dev.chainrule.core.kernel.vector.Lanes.WIDTH;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;
import static jdk.incubator.vector.VectorOperators.LT;

import dev.chainrule.core.array.Memory;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/** Sums and scalings over contiguous elements. */
final class Elementwise {
  private Elementwise() {}

  static void addScaled(long y, long x, float alpha, int n) {
    FloatVector a = FloatVector.broadcast(FLOATS, alpha);
    int i = 0;
    for (; i <= n - WIDTH; i += WIDTH, x += BYTES, y += BYTES) {
      fromMemorySegment(FLOATS, ALL, x, ORDER)
          .fma(a, fromMemorySegment(FLOATS, ALL, y, ORDER))
          .intoMemorySegment(ALL, y, ORDER);
    }
    if (i < n) {
      VectorMask<Float> mask = LANE.compare(LT, (float) (n - i));
      fromMemorySegment(FLOATS, ALL, x, ORDER, mask)
          .fma(a, fromMemorySegment(FLOATS, ALL, y, ORDER, mask))
          .intoMemorySegment(ALL, y, ORDER, mask);
    }
  }

  static void add(long y, long a, long b, int n) {
    int i = 0;
    for (; i <= n - WIDTH; i += WIDTH, a += BYTES, b += BYTES, y += BYTES) {
      fromMemorySegment(FLOATS, ALL, a, ORDER)
          .add(fromMemorySegment(FLOATS, ALL, b, ORDER))
          .intoMemorySegment(ALL, y, ORDER);
    }
    if (i < n) {
      VectorMask<Float> mask = LANE.compare(LT, (float) (n - i));
      fromMemorySegment(FLOATS, ALL, a, ORDER, mask)
          .add(fromMemorySegment(FLOATS, ALL, b, ORDER, mask))
          .intoMemorySegment(ALL, y, ORDER, mask);
    }
  }

  static void fill(long y, float value, int n) {
    FloatVector v = FloatVector.broadcast(FLOATS, value);
    int i = 0;
    for (; i <= n - WIDTH; i += WIDTH, y += BYTES) {
      v.intoMemorySegment(ALL, y, ORDER);
    }
    if (i < n) {
      v.intoMemorySegment(ALL, y, ORDER, LANE.compare(LT, (float) (n - i)));
    }
  }

  /** In the order of the elements, in double precision. */
  static double sum(long x, long n) {
    double sum = 0;
    for (long i = 0; i < n; i++) {
      sum += Memory.getFloat(x + 4 * i);
    }
    return sum;
  }

  /** In blocks that are summed in double: the float sums stay short. */
  static double squaredNorm(long x, long n) {
    double sum = 0;
    int block = 4096;
    for (long from = 0; from < n; from += block) {
      sum += squaredNormBlock(x + 4 * from, (int) Math.min(block, n - from));
    }
    return sum;
  }

  private static float squaredNormBlock(long x, int n) {
    FloatVector s0 = FloatVector.zero(FLOATS);
    FloatVector s1 = FloatVector.zero(FLOATS);
    int i = 0;
    for (; i <= n - 2 * WIDTH; i += 2 * WIDTH, x += 2L * BYTES) {
      FloatVector a = fromMemorySegment(FLOATS, ALL, x, ORDER);
      FloatVector b = fromMemorySegment(FLOATS, ALL, x + BYTES, ORDER);
      s0 = a.fma(a, s0);
      s1 = b.fma(b, s1);
    }
    for (; i < n; i += WIDTH, x += BYTES) {
      FloatVector a = fromMemorySegment(FLOATS, ALL, x, ORDER, LANE.compare(LT, (float) (n - i)));
      s0 = a.fma(a, s0);
    }
    long room = Pad.ofSum();
    s0.add(s1).intoMemorySegment(ALL, room, ORDER);
    return Lanes.sumAt(room);
  }
}
