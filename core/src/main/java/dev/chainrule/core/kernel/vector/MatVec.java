package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.array.Memory.ALL;
import static dev.chainrule.core.kernel.vector.Lanes.BYTES;
import static dev.chainrule.core.kernel.vector.Lanes.FLOATS;
import static dev.chainrule.core.kernel.vector.Lanes.LANE;
import static dev.chainrule.core.kernel.vector.Lanes.ORDER;
import static dev.chainrule.core.kernel.vector.Lanes.WIDTH;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;
import static jdk.incubator.vector.VectorOperators.LT;

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
final class MatVec {
  /** Outputs whose weights stay in the cache for all rows. */
  private static final int GRAIN = 16;

  /** Vectors on their way to becoming sums: none passes from method to method. */
  private final Tensor partials = Tensor.zeros(DType.FLOAT32, 4, WIDTH);

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
  void multiply(
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
      for (int n = 0; n < rows; n += 4) {
        long yn = y + 4L * n * out;
        long xn = x + 4L * n * in;
        int present = Math.min(4, rows - n);
        if (present == 1) {
          one(yn, accumulate, xn, w, bias, in, block, end);
        } else {
          four(yn, accumulate, xn, w, bias, present, in, out, block, end);
        }
      }
    }
  }

  private void one(
      long y, boolean accumulate, long x, long w, long bias, int in, int from, int to) {
    if (in % (2 * WIDTH) == 0) {
      stream(y, accumulate, x, w, bias, in, from, to, partials.address());
      return;
    }
    for (int o = from; o < to; o++) {
      single(y, accumulate, x, w, bias, in, o, partials.address());
    }
  }

  private static void stream(
      long y,
      boolean accumulate,
      long x,
      long w,
      long bias,
      int in,
      int from,
      int to,
      long partial) {
    long rowEnd = x + 4L * in;
    long end = w + 4L * to * in;
    int o = from;
    long xi = x;
    FloatVector even = FloatVector.zero(FLOATS);
    FloatVector odd = FloatVector.zero(FLOATS);
    for (long wi = w + 4L * from * in; wi < end; wi += 2L * BYTES) {
      even =
          fromMemorySegment(FLOATS, ALL, wi, ORDER)
              .fma(fromMemorySegment(FLOATS, ALL, xi, ORDER), even);
      odd =
          fromMemorySegment(FLOATS, ALL, wi + BYTES, ORDER)
              .fma(fromMemorySegment(FLOATS, ALL, xi + BYTES, ORDER), odd);
      xi += 2L * BYTES;
      if (xi == rowEnd) {
        even.add(odd).intoMemorySegment(ALL, partial, ORDER);
        put(y, accumulate, partial, bias, o++);
        xi = x;
        even = FloatVector.zero(FLOATS);
        odd = FloatVector.zero(FLOATS);
      }
    }
  }

  private static void single(
      long y, boolean accumulate, long x, long w, long bias, int in, int o, long partial) {
    long wo = w + 4L * o * in;
    FloatVector even = FloatVector.zero(FLOATS);
    FloatVector odd = FloatVector.zero(FLOATS);
    int i = 0;
    for (; i <= in - 2 * WIDTH; i += 2 * WIDTH) {
      even =
          fromMemorySegment(FLOATS, ALL, wo + 4L * i, ORDER)
              .fma(fromMemorySegment(FLOATS, ALL, x + 4L * i, ORDER), even);
      odd =
          fromMemorySegment(FLOATS, ALL, wo + 4L * (i + WIDTH), ORDER)
              .fma(fromMemorySegment(FLOATS, ALL, x + 4L * (i + WIDTH), ORDER), odd);
    }
    for (; i < in; i += WIDTH) {
      VectorMask<Float> mask = LANE.compare(LT, (float) (in - i));
      even =
          fromMemorySegment(FLOATS, ALL, wo + 4L * i, ORDER, mask)
              .fma(fromMemorySegment(FLOATS, ALL, x + 4L * i, ORDER, mask), even);
    }
    even.add(odd).intoMemorySegment(ALL, partial, ORDER);
    put(y, accumulate, partial, bias, o);
  }

  /** Two to four rows; in the place of those that are not there the last is taken again. */
  private void four(
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
    if (in % (2 * WIDTH) == 0) {
      streamFour(y, accumulate, x, w, bias, rows, in, out, from, to, partials.address());
    } else {
      fourByFour(y, accumulate, x, w, bias, rows, in, out, from, to);
    }
  }

  private static void streamFour(
      long y,
      boolean accumulate,
      long x,
      long w,
      long bias,
      int rows,
      int in,
      int out,
      int from,
      int to,
      long partial) {
    long row = 4L * in;
    long to2 = row * Math.min(2, rows - 1);
    long to3 = row * (rows - 1);
    long rowEnd = x + row;
    long end = w + row * to;
    int o = from;
    long xi = x;
    FloatVector even0 = FloatVector.zero(FLOATS);
    FloatVector odd0 = FloatVector.zero(FLOATS);
    FloatVector even1 = FloatVector.zero(FLOATS);
    FloatVector odd1 = FloatVector.zero(FLOATS);
    FloatVector even2 = FloatVector.zero(FLOATS);
    FloatVector odd2 = FloatVector.zero(FLOATS);
    FloatVector even3 = FloatVector.zero(FLOATS);
    FloatVector odd3 = FloatVector.zero(FLOATS);
    for (long wi = w + row * from; wi < end; wi += 2L * BYTES) {
      FloatVector a = fromMemorySegment(FLOATS, ALL, wi, ORDER);
      even0 = a.fma(fromMemorySegment(FLOATS, ALL, xi, ORDER), even0);
      even1 = a.fma(fromMemorySegment(FLOATS, ALL, xi + row, ORDER), even1);
      even2 = a.fma(fromMemorySegment(FLOATS, ALL, xi + to2, ORDER), even2);
      even3 = a.fma(fromMemorySegment(FLOATS, ALL, xi + to3, ORDER), even3);
      FloatVector b = fromMemorySegment(FLOATS, ALL, wi + BYTES, ORDER);
      odd0 = b.fma(fromMemorySegment(FLOATS, ALL, xi + BYTES, ORDER), odd0);
      odd1 = b.fma(fromMemorySegment(FLOATS, ALL, xi + row + BYTES, ORDER), odd1);
      odd2 = b.fma(fromMemorySegment(FLOATS, ALL, xi + to2 + BYTES, ORDER), odd2);
      odd3 = b.fma(fromMemorySegment(FLOATS, ALL, xi + to3 + BYTES, ORDER), odd3);
      xi += 2L * BYTES;
      if (xi == rowEnd) {
        even0.add(odd0).intoMemorySegment(ALL, partial, ORDER);
        even1.add(odd1).intoMemorySegment(ALL, partial + BYTES, ORDER);
        even2.add(odd2).intoMemorySegment(ALL, partial + 2L * BYTES, ORDER);
        even3.add(odd3).intoMemorySegment(ALL, partial + 3L * BYTES, ORDER);
        for (long n = 0; n < rows; n++) {
          put(y + 4L * n * out, accumulate, partial + n * BYTES, bias, o);
        }
        o++;
        xi = x;
        even0 = FloatVector.zero(FLOATS);
        odd0 = FloatVector.zero(FLOATS);
        even1 = FloatVector.zero(FLOATS);
        odd1 = FloatVector.zero(FLOATS);
        even2 = FloatVector.zero(FLOATS);
        odd2 = FloatVector.zero(FLOATS);
        even3 = FloatVector.zero(FLOATS);
        odd3 = FloatVector.zero(FLOATS);
      }
    }
  }

  private void fourByFour(
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
    long x1 = x + 4L * in;
    long x2 = x + 4L * in * Math.min(2, rows - 1);
    long x3 = x + 4L * in * (rows - 1);
    long partial = partials.address();
    for (int o = from; o < to; o++) {
      long wo = w + 4L * o * in;
      FloatVector even0 = FloatVector.zero(FLOATS);
      FloatVector odd0 = FloatVector.zero(FLOATS);
      FloatVector even1 = FloatVector.zero(FLOATS);
      FloatVector odd1 = FloatVector.zero(FLOATS);
      FloatVector even2 = FloatVector.zero(FLOATS);
      FloatVector odd2 = FloatVector.zero(FLOATS);
      FloatVector even3 = FloatVector.zero(FLOATS);
      FloatVector odd3 = FloatVector.zero(FLOATS);
      int i = 0;
      for (; i <= in - 2 * WIDTH; i += 2 * WIDTH) {
        long at = 4L * i;
        FloatVector a = fromMemorySegment(FLOATS, ALL, wo + at, ORDER);
        even0 = a.fma(fromMemorySegment(FLOATS, ALL, x + at, ORDER), even0);
        even1 = a.fma(fromMemorySegment(FLOATS, ALL, x1 + at, ORDER), even1);
        even2 = a.fma(fromMemorySegment(FLOATS, ALL, x2 + at, ORDER), even2);
        even3 = a.fma(fromMemorySegment(FLOATS, ALL, x3 + at, ORDER), even3);
        at = 4L * (i + WIDTH);
        FloatVector b = fromMemorySegment(FLOATS, ALL, wo + at, ORDER);
        odd0 = b.fma(fromMemorySegment(FLOATS, ALL, x + at, ORDER), odd0);
        odd1 = b.fma(fromMemorySegment(FLOATS, ALL, x1 + at, ORDER), odd1);
        odd2 = b.fma(fromMemorySegment(FLOATS, ALL, x2 + at, ORDER), odd2);
        odd3 = b.fma(fromMemorySegment(FLOATS, ALL, x3 + at, ORDER), odd3);
      }
      for (; i < in; i += WIDTH) {
        long at = 4L * i;
        VectorMask<Float> mask = LANE.compare(LT, (float) (in - i));
        FloatVector a = fromMemorySegment(FLOATS, ALL, wo + at, ORDER, mask);
        even0 = a.fma(fromMemorySegment(FLOATS, ALL, x + at, ORDER, mask), even0);
        even1 = a.fma(fromMemorySegment(FLOATS, ALL, x1 + at, ORDER, mask), even1);
        even2 = a.fma(fromMemorySegment(FLOATS, ALL, x2 + at, ORDER, mask), even2);
        even3 = a.fma(fromMemorySegment(FLOATS, ALL, x3 + at, ORDER, mask), even3);
      }
      even0.add(odd0).intoMemorySegment(ALL, partial, ORDER);
      even1.add(odd1).intoMemorySegment(ALL, partial + BYTES, ORDER);
      even2.add(odd2).intoMemorySegment(ALL, partial + 2L * BYTES, ORDER);
      even3.add(odd3).intoMemorySegment(ALL, partial + 3L * BYTES, ORDER);
      for (long row = 0; row < rows; row++) {
        put(y + 4L * row * out, accumulate, partial + row * BYTES, bias, o);
      }
    }
  }

  /** Adds a vector's lanes up, for output o. */
  static void put(long y, boolean accumulate, long partial, long bias, int o) {
    float value = Lanes.sumAt(partial);
    if (bias != 0) {
      value += Memory.getFloat(bias + 4L * o);
    }
    if (accumulate) {
      value += Memory.getFloat(y + 4L * o);
    }
    Memory.putFloat(y + 4L * o, value);
  }
}
