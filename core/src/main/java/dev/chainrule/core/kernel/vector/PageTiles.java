package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.array.Memory.ALL;
import static dev.chainrule.core.kernel.vector.Lanes.BYTES;
import static dev.chainrule.core.kernel.vector.Lanes.FLOATS;
import static dev.chainrule.core.kernel.vector.Lanes.ORDER;
import static dev.chainrule.core.kernel.vector.Lanes.WIDTH;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;

import dev.chainrule.core.array.Memory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;

/**
 * Attention of many queries to the keys and values of a page, six at a time: the sums of {@link
 * PageKernels}, in the same order. A page is copied to arrays first, because the compiler checks
 * their bounds before a loop.
 */
final class PageTiles {
  /** Queries of a tile. */
  static final int SIX = 6;

  private static final int TIMES = PageLayout.TIMES;
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

  private final int headSize;
  private final int padded;

  /** Keys or values of a page. */
  private final float[] page;

  /** Of each tile [HS, 6]. */
  private final float[] queries;

  /** Of each tile [6, padded HS]. */
  private final float[] sums;

  /** Of one tile and page [6, times]. */
  private final float[] weights = new float[SIX * TIMES];

  PageTiles(PageLayout layout, int tiles) {
    headSize = layout.headSize;
    padded = layout.padded;
    page = new float[TIMES * padded];
    queries = new float[tiles * SIX * headSize];
    sums = new float[tiles * SIX * padded];
  }

  /** Takes the queries of a tile [6, HS], and begins its sums. */
  void begin(int tile, long from) {
    for (int n = 0; n < SIX; n++) {
      int to = tile * SIX * headSize + n;
      for (int d = 0; d < headSize; d++) {
        queries[to + d * SIX] = Memory.getFloat(from + 4L * (n * headSize + d));
      }
    }
    int first = tile * SIX * padded;
    for (int i = first; i < first + SIX * padded; i++) {
      sums[i] = 0;
    }
  }

  /** Takes a page's keys [HS, times]. */
  void keys(long from) {
    MemorySegment.copy(ALL, FLOAT, from, page, 0, headSize * TIMES);
  }

  /** Takes the values of some times of a page [times, padded HS]. */
  void values(long from, int first, int end) {
    int at = first * padded;
    MemorySegment.copy(ALL, FLOAT, from + 4L * at, page, at, (end - first) * padded);
  }

  /**
   * The products of a tile's queries with the keys of some times.
   *
   * @param to of the first query
   * @param stride bytes from a query's scores to the next one's
   * @param times whole groups of two vectors
   */
  void score(int tile, long to, long stride, int times) {
    scores(to, stride, queries, tile * SIX * headSize, page, headSize, times);
  }

  /**
   * Adds the values of times {@code from} to {@code to}, times their weights, to a tile's sums.
   *
   * @param scores of the first query for the first time of the page
   * @param stride bytes from a query's weights to the next one's
   */
  void mix(int tile, long scores, long stride, int from, int to) {
    for (int n = 0; n < SIX; n++) {
      MemorySegment.copy(ALL, FLOAT, scores + n * stride, weights, n * TIMES, TIMES);
    }
    mix(sums, tile * SIX * padded, padded, weights, page, from, to);
  }

  /** Writes the sums of a tile's query [padded HS]. */
  void sum(int tile, int n, long to) {
    MemorySegment.copy(sums, (tile * SIX + n) * padded, ALL, FLOAT, to, padded);
  }

  private static void scores(
      long scores, long stride, float[] q, int first, float[] keys, int headSize, int times) {
    for (int t = 0; t < times; t += 2 * WIDTH) {
      FloatVector a0 = FloatVector.zero(FLOATS);
      FloatVector b0 = FloatVector.zero(FLOATS);
      FloatVector a1 = FloatVector.zero(FLOATS);
      FloatVector b1 = FloatVector.zero(FLOATS);
      FloatVector a2 = FloatVector.zero(FLOATS);
      FloatVector b2 = FloatVector.zero(FLOATS);
      FloatVector a3 = FloatVector.zero(FLOATS);
      FloatVector b3 = FloatVector.zero(FLOATS);
      FloatVector a4 = FloatVector.zero(FLOATS);
      FloatVector b4 = FloatVector.zero(FLOATS);
      FloatVector a5 = FloatVector.zero(FLOATS);
      FloatVector b5 = FloatVector.zero(FLOATS);
      for (int d = 0; d < headSize; d++) {
        FloatVector a = fromArray(FLOATS, keys, d * TIMES + t);
        FloatVector b = fromArray(FLOATS, keys, d * TIMES + t + WIDTH);
        int at = first + d * SIX;
        FloatVector f = broadcast(FLOATS, q[at]);
        a0 = a.fma(f, a0);
        b0 = b.fma(f, b0);
        f = broadcast(FLOATS, q[at + 1]);
        a1 = a.fma(f, a1);
        b1 = b.fma(f, b1);
        f = broadcast(FLOATS, q[at + 2]);
        a2 = a.fma(f, a2);
        b2 = b.fma(f, b2);
        f = broadcast(FLOATS, q[at + 3]);
        a3 = a.fma(f, a3);
        b3 = b.fma(f, b3);
        f = broadcast(FLOATS, q[at + 4]);
        a4 = a.fma(f, a4);
        b4 = b.fma(f, b4);
        f = broadcast(FLOATS, q[at + 5]);
        a5 = a.fma(f, a5);
        b5 = b.fma(f, b5);
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
      a4.intoMemorySegment(ALL, to + 4 * stride, ORDER);
      b4.intoMemorySegment(ALL, to + 4 * stride + BYTES, ORDER);
      a5.intoMemorySegment(ALL, to + 5 * stride, ORDER);
      b5.intoMemorySegment(ALL, to + 5 * stride + BYTES, ORDER);
    }
  }

  private static void mix(
      float[] y, int first, int padded, float[] weights, float[] values, int from, int to) {
    for (int d = 0; d < padded; d += 2 * WIDTH) {
      int at = first + d;
      FloatVector a0 = fromArray(FLOATS, y, at);
      FloatVector b0 = fromArray(FLOATS, y, at + WIDTH);
      FloatVector a1 = fromArray(FLOATS, y, at + padded);
      FloatVector b1 = fromArray(FLOATS, y, at + padded + WIDTH);
      FloatVector a2 = fromArray(FLOATS, y, at + 2 * padded);
      FloatVector b2 = fromArray(FLOATS, y, at + 2 * padded + WIDTH);
      FloatVector a3 = fromArray(FLOATS, y, at + 3 * padded);
      FloatVector b3 = fromArray(FLOATS, y, at + 3 * padded + WIDTH);
      FloatVector a4 = fromArray(FLOATS, y, at + 4 * padded);
      FloatVector b4 = fromArray(FLOATS, y, at + 4 * padded + WIDTH);
      FloatVector a5 = fromArray(FLOATS, y, at + 5 * padded);
      FloatVector b5 = fromArray(FLOATS, y, at + 5 * padded + WIDTH);
      for (int t = from; t < to; t++) {
        FloatVector a = fromArray(FLOATS, values, t * padded + d);
        FloatVector b = fromArray(FLOATS, values, t * padded + d + WIDTH);
        FloatVector f = broadcast(FLOATS, weights[t]);
        a0 = a.fma(f, a0);
        b0 = b.fma(f, b0);
        f = broadcast(FLOATS, weights[t + TIMES]);
        a1 = a.fma(f, a1);
        b1 = b.fma(f, b1);
        f = broadcast(FLOATS, weights[t + 2 * TIMES]);
        a2 = a.fma(f, a2);
        b2 = b.fma(f, b2);
        f = broadcast(FLOATS, weights[t + 3 * TIMES]);
        a3 = a.fma(f, a3);
        b3 = b.fma(f, b3);
        f = broadcast(FLOATS, weights[t + 4 * TIMES]);
        a4 = a.fma(f, a4);
        b4 = b.fma(f, b4);
        f = broadcast(FLOATS, weights[t + 5 * TIMES]);
        a5 = a.fma(f, a5);
        b5 = b.fma(f, b5);
      }
      a0.intoArray(y, at);
      b0.intoArray(y, at + WIDTH);
      a1.intoArray(y, at + padded);
      b1.intoArray(y, at + padded + WIDTH);
      a2.intoArray(y, at + 2 * padded);
      b2.intoArray(y, at + 2 * padded + WIDTH);
      a3.intoArray(y, at + 3 * padded);
      b3.intoArray(y, at + 3 * padded + WIDTH);
      a4.intoArray(y, at + 4 * padded);
      b4.intoArray(y, at + 4 * padded + WIDTH);
      a5.intoArray(y, at + 5 * padded);
      b5.intoArray(y, at + 5 * padded + WIDTH);
    }
  }
}
