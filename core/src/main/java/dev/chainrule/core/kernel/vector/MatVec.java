package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.kernel.vector.Lanes.BYTES;
import static dev.chainrule.core.kernel.vector.Lanes.WIDTH;
import static dev.chainrule.core.kernel.vector.Lanes.load;
import static dev.chainrule.core.kernel.vector.Lanes.store;
import static dev.chainrule.core.kernel.vector.Lanes.tail;
import static dev.chainrule.core.kernel.vector.Lanes.zero;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Memory;
import dev.chainrule.core.array.Tensor;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * Linear maps of a few rows of x, as incremental evaluation needs them: what they cost is reading
 * the weights. Each row of weights is read once from its beginning to its end, one row after the
 * other, because the processor's prefetching follows a single stream best; for one row of x the
 * whole matrix is one loop, so that the stream goes through the same few instructions at the ends
 * of rows too. (Two Zen 5 cores read rows of 768 from memory at 33 GB/s by a loop over each row, at
 * 40 two rows side by side, and at 60 by the one loop.)
 *
 * <p>An output is always the same sum in the same order, however many rows x has and however the
 * outputs are split over threads: results are equal to the bit.
 *
 * <p>An instance is used by one thread at a time.
 */
public final class MatVec {
  /** Outputs in a share of the work are a multiple of this: a cache line of them. */
  private static final int GRAIN = 16;

  /** Four vectors on their way to becoming sums: a method with four such sums is not inlined. */
  private final Tensor partials = Tensor.zeros(DType.FLOAT32, 4, WIDTH);

  /** The first output of a part when n outputs are split over some threads. */
  public static int from(int n, int part, int parts) {
    int lines = (n + GRAIN - 1) / GRAIN;
    return Math.min(n, (int) ((long) lines * part / parts) * GRAIN);
  }

  /**
   * {@code y = x w^T + bias}, outputs {@code from} to {@code to} of each row.
   *
   * @param y [N, O]
   * @param accumulate whether to add to y instead
   * @param x [N, I]
   * @param w [O, I]
   * @param bias [O], or 0 for none
   * @param rows N
   * @param in I
   * @param out O
   */
  public void multiply(
      long y,
      boolean accumulate,
      long x,
      long w,
      long bias,
      int rows,
      int in,
      int out,
      int from,
      int to) {
    if (rows == 1) {
      one(y, accumulate, x, w, bias, in, from, to);
      return;
    }
    for (int block = from; block < to; block += GRAIN) {
      int end = Math.min(block + GRAIN, to);
      int n = 0;
      for (; n <= rows - 4; n += 4) {
        four(y + 4L * n * out, accumulate, x + 4L * n * in, w, bias, in, out, block, end);
      }
      for (; n < rows; n++) {
        one(y + 4L * n * out, accumulate, x + 4L * n * in, w, bias, in, block, end);
      }
    }
  }

  private static void one(
      long y, boolean accumulate, long x, long w, long bias, int in, int from, int to) {
    if (in % (2 * WIDTH) == 0) {
      stream(y, accumulate, x, w, bias, in, from, to);
      return;
    }
    for (int o = from; o < to; o++) {
      single(y, accumulate, x, w, bias, in, o);
    }
  }

  private static void stream(
      long y, boolean accumulate, long x, long w, long bias, int in, int from, int to) {
    long rowEnd = x + 4L * in;
    long end = w + 4L * to * in;
    int o = from;
    long xi = x;
    FloatVector even = zero();
    FloatVector odd = zero();
    for (long wi = w + 4L * from * in; wi < end; wi += 2L * BYTES) {
      even = load(wi).fma(load(xi), even);
      odd = load(wi + BYTES).fma(load(xi + BYTES), odd);
      xi += 2L * BYTES;
      if (xi == rowEnd) {
        put(y, accumulate, even.add(odd), bias, o++);
        xi = x;
        even = zero();
        odd = zero();
      }
    }
  }

  private static void single(long y, boolean accumulate, long x, long w, long bias, int in, int o) {
    long wo = w + 4L * o * in;
    FloatVector even = zero();
    FloatVector odd = zero();
    int i = 0;
    for (; i <= in - 2 * WIDTH; i += 2 * WIDTH) {
      even = load(wo + 4L * i).fma(load(x + 4L * i), even);
      odd = load(wo + 4L * (i + WIDTH)).fma(load(x + 4L * (i + WIDTH)), odd);
    }
    for (; i < in; i += WIDTH) {
      VectorMask<Float> mask = tail(i, in);
      even = load(wo + 4L * i, mask).fma(load(x + 4L * i, mask), even);
    }
    put(y, accumulate, even.add(odd), bias, o);
  }

  private void four(
      long y, boolean accumulate, long x, long w, long bias, int in, int out, int from, int to) {
    long x1 = x + 4L * in;
    long x2 = x + 8L * in;
    long x3 = x + 12L * in;
    long partial = partials.address();
    for (int o = from; o < to; o++) {
      long wo = w + 4L * o * in;
      FloatVector even0 = zero();
      FloatVector odd0 = zero();
      FloatVector even1 = zero();
      FloatVector odd1 = zero();
      FloatVector even2 = zero();
      FloatVector odd2 = zero();
      FloatVector even3 = zero();
      FloatVector odd3 = zero();
      int i = 0;
      for (; i <= in - 2 * WIDTH; i += 2 * WIDTH) {
        long at = 4L * i;
        FloatVector a = load(wo + at);
        even0 = a.fma(load(x + at), even0);
        even1 = a.fma(load(x1 + at), even1);
        even2 = a.fma(load(x2 + at), even2);
        even3 = a.fma(load(x3 + at), even3);
        at = 4L * (i + WIDTH);
        FloatVector b = load(wo + at);
        odd0 = b.fma(load(x + at), odd0);
        odd1 = b.fma(load(x1 + at), odd1);
        odd2 = b.fma(load(x2 + at), odd2);
        odd3 = b.fma(load(x3 + at), odd3);
      }
      for (; i < in; i += WIDTH) {
        long at = 4L * i;
        VectorMask<Float> mask = tail(i, in);
        FloatVector a = load(wo + at, mask);
        even0 = a.fma(load(x + at, mask), even0);
        even1 = a.fma(load(x1 + at, mask), even1);
        even2 = a.fma(load(x2 + at, mask), even2);
        even3 = a.fma(load(x3 + at, mask), even3);
      }
      store(even0.add(odd0), partial);
      store(even1.add(odd1), partial + BYTES);
      store(even2.add(odd2), partial + 2L * BYTES);
      store(even3.add(odd3), partial + 3L * BYTES);
      for (long row = 0; row < 4; row++) {
        put(y + 4L * row * out, accumulate, load(partial + row * BYTES), bias, o);
      }
    }
  }

  private static void put(long y, boolean accumulate, FloatVector sum, long bias, int o) {
    float value = Lanes.sum(sum);
    if (bias != 0) {
      value += Memory.getFloat(bias + 4L * o);
    }
    if (accumulate) {
      value += Memory.getFloat(y + 4L * o);
    }
    Memory.putFloat(y + 4L * o, value);
  }
}
