package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.kernel.vector.Lanes.BYTES;
import static dev.chainrule.core.kernel.vector.Lanes.WIDTH;
import static dev.chainrule.core.kernel.vector.Lanes.broadcast;
import static dev.chainrule.core.kernel.vector.Lanes.load;
import static dev.chainrule.core.kernel.vector.Lanes.store;
import static dev.chainrule.core.kernel.vector.Lanes.tail;
import static dev.chainrule.core.kernel.vector.Lanes.zero;

import dev.chainrule.core.array.Memory;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/** Sums and scalings over contiguous elements. */
final class Elementwise {
  private Elementwise() {}

  static void addScaled(long y, long x, float alpha, int n) {
    FloatVector a = broadcast(alpha);
    int i = 0;
    for (; i <= n - WIDTH; i += WIDTH, x += BYTES, y += BYTES) {
      store(load(x).fma(a, load(y)), y);
    }
    if (i < n) {
      VectorMask<Float> mask = tail(i, n);
      store(load(x, mask).fma(a, load(y, mask)), y, mask);
    }
  }

  static void add(long y, long a, long b, int n) {
    int i = 0;
    for (; i <= n - WIDTH; i += WIDTH, a += BYTES, b += BYTES, y += BYTES) {
      store(load(a).add(load(b)), y);
    }
    if (i < n) {
      VectorMask<Float> mask = tail(i, n);
      store(load(a, mask).add(load(b, mask)), y, mask);
    }
  }

  static void fill(long y, float value, int n) {
    FloatVector v = broadcast(value);
    int i = 0;
    for (; i <= n - WIDTH; i += WIDTH, y += BYTES) {
      store(v, y);
    }
    if (i < n) {
      store(v, y, tail(i, n));
    }
  }

  /** In blocks that are summed in double: the float sums stay short. */
  /** In the order of the elements, in double precision. */
  static double sum(long x, long n) {
    double sum = 0;
    for (long i = 0; i < n; i++) {
      sum += Memory.getFloat(x + 4 * i);
    }
    return sum;
  }

  static double squaredNorm(long x, long n) {
    double sum = 0;
    int block = 4096;
    for (long from = 0; from < n; from += block) {
      sum += squaredNormBlock(x + 4 * from, (int) Math.min(block, n - from));
    }
    return sum;
  }

  private static float squaredNormBlock(long x, int n) {
    FloatVector s0 = zero();
    FloatVector s1 = zero();
    int i = 0;
    for (; i <= n - 2 * WIDTH; i += 2 * WIDTH, x += 2L * BYTES) {
      FloatVector a = load(x);
      FloatVector b = load(x + BYTES);
      s0 = a.fma(a, s0);
      s1 = b.fma(b, s1);
    }
    for (; i < n; i += WIDTH, x += BYTES) {
      FloatVector a = load(x, tail(i, n));
      s0 = a.fma(a, s0);
    }
    return Lanes.sum(s0.add(s1));
  }
}
