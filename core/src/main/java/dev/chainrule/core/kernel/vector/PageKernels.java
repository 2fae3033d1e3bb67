package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.array.Memory.ALL;
import static dev.chainrule.core.kernel.vector.BlockDots.CODES;
import static dev.chainrule.core.kernel.vector.Lanes.BYTES;
import static dev.chainrule.core.kernel.vector.Lanes.FLOATS;
import static dev.chainrule.core.kernel.vector.Lanes.ORDER;
import static dev.chainrule.core.kernel.vector.Lanes.WIDTH;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;
import static jdk.incubator.vector.VectorOperators.B2F;

import dev.chainrule.core.array.Memory;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;

/**
 * Attention of queries to the keys and values of a page. One query or four at once give the same
 * sums in the same order.
 */
final class PageKernels {
  private static final int TIMES = PageLayout.TIMES;

  private PageKernels() {}

  /**
   * The products of a query with the keys of some times.
   *
   * @param scores [times], written
   * @param query [HS]
   * @param times whole groups of four vectors
   */
  static void scores(long scores, long query, long keys, int headSize, int times) {
    for (int t = 0; t < times; t += 4 * WIDTH) {
      FloatVector s0 = FloatVector.zero(FLOATS);
      FloatVector s1 = FloatVector.zero(FLOATS);
      FloatVector s2 = FloatVector.zero(FLOATS);
      FloatVector s3 = FloatVector.zero(FLOATS);
      long at = keys + 4L * t;
      for (int d = 0; d < headSize; d++) {
        FloatVector q = FloatVector.broadcast(FLOATS, Memory.getFloat(query + 4L * d));
        s0 = fromMemorySegment(FLOATS, ALL, at, ORDER).fma(q, s0);
        s1 = fromMemorySegment(FLOATS, ALL, at + BYTES, ORDER).fma(q, s1);
        s2 = fromMemorySegment(FLOATS, ALL, at + 2L * BYTES, ORDER).fma(q, s2);
        s3 = fromMemorySegment(FLOATS, ALL, at + 3L * BYTES, ORDER).fma(q, s3);
        at += 4L * TIMES;
      }
      long to = scores + 4L * t;
      s0.intoMemorySegment(ALL, to, ORDER);
      s1.intoMemorySegment(ALL, to + BYTES, ORDER);
      s2.intoMemorySegment(ALL, to + 2L * BYTES, ORDER);
      s3.intoMemorySegment(ALL, to + 3L * BYTES, ORDER);
    }
  }

  /**
   * The same for four queries.
   *
   * @param stride bytes from a query's scores to the next one's
   * @param query the first, the others follow
   */
  static void fourScores(long scores, long stride, long query, long keys, int headSize, int times) {
    long q1 = query + 4L * headSize;
    long q2 = q1 + 4L * headSize;
    long q3 = q2 + 4L * headSize;
    for (int t = 0; t < times; t += 2 * WIDTH) {
      FloatVector a0 = FloatVector.zero(FLOATS);
      FloatVector b0 = FloatVector.zero(FLOATS);
      FloatVector a1 = FloatVector.zero(FLOATS);
      FloatVector b1 = FloatVector.zero(FLOATS);
      FloatVector a2 = FloatVector.zero(FLOATS);
      FloatVector b2 = FloatVector.zero(FLOATS);
      FloatVector a3 = FloatVector.zero(FLOATS);
      FloatVector b3 = FloatVector.zero(FLOATS);
      long at = keys + 4L * t;
      for (long d = 0; d < 4L * headSize; d += 4) {
        FloatVector a = fromMemorySegment(FLOATS, ALL, at, ORDER);
        FloatVector b = fromMemorySegment(FLOATS, ALL, at + BYTES, ORDER);
        FloatVector q = FloatVector.broadcast(FLOATS, Memory.getFloat(query + d));
        a0 = a.fma(q, a0);
        b0 = b.fma(q, b0);
        q = FloatVector.broadcast(FLOATS, Memory.getFloat(q1 + d));
        a1 = a.fma(q, a1);
        b1 = b.fma(q, b1);
        q = FloatVector.broadcast(FLOATS, Memory.getFloat(q2 + d));
        a2 = a.fma(q, a2);
        b2 = b.fma(q, b2);
        q = FloatVector.broadcast(FLOATS, Memory.getFloat(q3 + d));
        a3 = a.fma(q, a3);
        b3 = b.fma(q, b3);
        at += 4L * TIMES;
      }
      long to = scores + 4L * t;
      a0.intoMemorySegment(ALL, to, ORDER);
      b0.intoMemorySegment(ALL, to + BYTES, ORDER);
      a1.intoMemorySegment(ALL, to + stride, ORDER);
      b1.intoMemorySegment(ALL, to + stride + BYTES, ORDER);
      a2.intoMemorySegment(ALL, to + 2 * stride, ORDER);
      b2.intoMemorySegment(ALL, to + 2 * stride + BYTES, ORDER);
      a3.intoMemorySegment(ALL, to + 3 * stride, ORDER);
      b3.intoMemorySegment(ALL, to + 3 * stride + BYTES, ORDER);
    }
  }

  /**
   * Adds the values of times {@code from} to {@code to}, times their weights, to a query's sums.
   *
   * @param y [padded HS], added to
   * @param weights of the page's first time and on
   */
  static void mix(long y, long weights, long values, int padded, int from, int to) {
    long row = 4L * padded;
    for (long d = 0; d < row; d += 4L * BYTES) {
      FloatVector s0 = fromMemorySegment(FLOATS, ALL, y + d, ORDER);
      FloatVector s1 = fromMemorySegment(FLOATS, ALL, y + d + BYTES, ORDER);
      FloatVector s2 = fromMemorySegment(FLOATS, ALL, y + d + 2L * BYTES, ORDER);
      FloatVector s3 = fromMemorySegment(FLOATS, ALL, y + d + 3L * BYTES, ORDER);
      for (int t = from; t < to; t++) {
        long at = values + t * row + d;
        FloatVector w = FloatVector.broadcast(FLOATS, Memory.getFloat(weights + 4L * t));
        s0 = fromMemorySegment(FLOATS, ALL, at, ORDER).fma(w, s0);
        s1 = fromMemorySegment(FLOATS, ALL, at + BYTES, ORDER).fma(w, s1);
        s2 = fromMemorySegment(FLOATS, ALL, at + 2L * BYTES, ORDER).fma(w, s2);
        s3 = fromMemorySegment(FLOATS, ALL, at + 3L * BYTES, ORDER).fma(w, s3);
      }
      s0.intoMemorySegment(ALL, y + d, ORDER);
      s1.intoMemorySegment(ALL, y + d + BYTES, ORDER);
      s2.intoMemorySegment(ALL, y + d + 2L * BYTES, ORDER);
      s3.intoMemorySegment(ALL, y + d + 3L * BYTES, ORDER);
    }
  }

  /**
   * The same for four queries.
   *
   * @param y the first's, the others' follow
   * @param stride bytes from a query's weights to the next one's
   */
  static void fourMix(
      long y, long weights, long stride, long values, int padded, int from, int to) {
    long row = 4L * padded;
    for (long d = 0; d < row; d += 2L * BYTES) {
      long y0 = y + d;
      FloatVector a0 = fromMemorySegment(FLOATS, ALL, y0, ORDER);
      FloatVector b0 = fromMemorySegment(FLOATS, ALL, y0 + BYTES, ORDER);
      FloatVector a1 = fromMemorySegment(FLOATS, ALL, y0 + row, ORDER);
      FloatVector b1 = fromMemorySegment(FLOATS, ALL, y0 + row + BYTES, ORDER);
      FloatVector a2 = fromMemorySegment(FLOATS, ALL, y0 + 2 * row, ORDER);
      FloatVector b2 = fromMemorySegment(FLOATS, ALL, y0 + 2 * row + BYTES, ORDER);
      FloatVector a3 = fromMemorySegment(FLOATS, ALL, y0 + 3 * row, ORDER);
      FloatVector b3 = fromMemorySegment(FLOATS, ALL, y0 + 3 * row + BYTES, ORDER);
      for (int t = from; t < to; t++) {
        long at = values + t * row + d;
        long wt = weights + 4L * t;
        FloatVector a = fromMemorySegment(FLOATS, ALL, at, ORDER);
        FloatVector b = fromMemorySegment(FLOATS, ALL, at + BYTES, ORDER);
        FloatVector w = FloatVector.broadcast(FLOATS, Memory.getFloat(wt));
        a0 = a.fma(w, a0);
        b0 = b.fma(w, b0);
        w = FloatVector.broadcast(FLOATS, Memory.getFloat(wt + stride));
        a1 = a.fma(w, a1);
        b1 = b.fma(w, b1);
        w = FloatVector.broadcast(FLOATS, Memory.getFloat(wt + 2 * stride));
        a2 = a.fma(w, a2);
        b2 = b.fma(w, b2);
        w = FloatVector.broadcast(FLOATS, Memory.getFloat(wt + 3 * stride));
        a3 = a.fma(w, a3);
        b3 = b.fma(w, b3);
      }
      a0.intoMemorySegment(ALL, y0, ORDER);
      b0.intoMemorySegment(ALL, y0 + BYTES, ORDER);
      a1.intoMemorySegment(ALL, y0 + row, ORDER);
      b1.intoMemorySegment(ALL, y0 + row + BYTES, ORDER);
      a2.intoMemorySegment(ALL, y0 + 2 * row, ORDER);
      b2.intoMemorySegment(ALL, y0 + 2 * row + BYTES, ORDER);
      a3.intoMemorySegment(ALL, y0 + 3 * row, ORDER);
      b3.intoMemorySegment(ALL, y0 + 3 * row + BYTES, ORDER);
    }
  }

  /** {@code y[i] = codes[i] scales[i]} of whole vectors. */
  static void scaleEach(long y, long codes, long scales, int n) {
    for (int i = 0; i < n; i += WIDTH) {
      ((FloatVector)
              ByteVector.fromMemorySegment(CODES, ALL, codes + i, ORDER)
                  .convertShape(B2F, FLOATS, 0))
          .mul(fromMemorySegment(FLOATS, ALL, scales + 4L * i, ORDER))
          .intoMemorySegment(ALL, y + 4L * i, ORDER);
    }
  }

  /** {@code y[i] = codes[i] scale} of whole vectors. */
  static void scaleAll(long y, long codes, float scale, int n) {
    FloatVector factor = FloatVector.broadcast(FLOATS, scale);
    for (int i = 0; i < n; i += WIDTH) {
      ((FloatVector)
              ByteVector.fromMemorySegment(CODES, ALL, codes + i, ORDER)
                  .convertShape(B2F, FLOATS, 0))
          .mul(factor)
          .intoMemorySegment(ALL, y + 4L * i, ORDER);
    }
  }
}
