package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.array.Memory.ALL;
import static dev.chainrule.core.kernel.vector.Lanes.BYTES;
import static dev.chainrule.core.kernel.vector.Lanes.FLOATS;
import static dev.chainrule.core.kernel.vector.Lanes.ORDER;
import static dev.chainrule.core.kernel.vector.Lanes.WIDTH;
import static dev.chainrule.core.kernel.vector.Lanes.exp;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;

import dev.chainrule.core.array.Memory;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * The softmax of a block of attention scores. Scores lie transposed, [keys, queries]: a lane is a
 * query, so that maxima and sums over keys need no step across lanes. Columns are taken a vector at
 * a time, from key 0 to the last that a query of the vector sees; what those behind it do not see
 * yet is masked by adding minus infinity from a table.
 *
 * <p>Rows are as long as a multiple of a vector; what lies behind the last query is never read by
 * anyone else.
 */
final class AttentionScores {
  private static final MemorySegment TABLE = Memory.allocate((long) WIDTH * BYTES);

  /** Row d [WIDTH]: what to add to scores of a key d places after the query of lane 0. */
  private static final long HIDDEN = TABLE.address();

  static {
    for (int d = 0; d < WIDTH; d++) {
      for (int lane = 0; lane < WIDTH; lane++) {
        Memory.putFloat(
            HIDDEN + (long) d * BYTES + 4L * lane, lane < d ? Float.NEGATIVE_INFINITY : 0f);
      }
    }
  }

  private AttentionScores() {}

  /** Length of a row of this many queries. */
  static int stride(int queries) {
    return (queries + WIDTH - 1) / WIDTH * WIDTH;
  }

  private static long hidden(int key, int query) {
    return HIDDEN + (long) Math.max(0, key - query) * BYTES;
  }

  /**
   * In place: scores s become {@code exp(scale * (s - max))}, where max is the largest that a query
   * sees.
   *
   * @param max [stride], {@code scale * max} of every query
   * @param sum [stride], over all keys
   * @param from position of the first query
   * @param keys how many, the last of which is the last query
   */
  static void exponentials(
      long s, long max, long sum, float scale, int from, int keys, int stride) {
    FloatVector factor = broadcast(FLOATS, scale);
    for (int q = 0; q < stride; q += WIDTH) {
      int seen = Math.min(keys, from + q + WIDTH);
      FloatVector largest = broadcast(FLOATS, Float.NEGATIVE_INFINITY);
      long at = s + 4L * q;
      for (int k = 0; k < seen; k++, at += 4L * stride) {
        FloatVector score = fromMemorySegment(FLOATS, ALL, at, ORDER);
        score = score.add(fromMemorySegment(FLOATS, ALL, hidden(k, from + q), ORDER));
        largest = score.max(largest);
      }
      largest.mul(factor).intoMemorySegment(ALL, max + 4L * q, ORDER);
      sumExponentials(s + 4L * q, max + 4L * q, sum + 4L * q, scale, from + q, seen, stride);
      clear(s + 4L * ((long) seen * stride + q), keys - seen, stride);
    }
  }

  private static void sumExponentials(
      long s, long max, long sum, float scale, int query, int seen, int stride) {
    FloatVector factor = broadcast(FLOATS, scale);
    FloatVector offset = fromMemorySegment(FLOATS, ALL, max, ORDER);
    FloatVector total = FloatVector.zero(FLOATS);
    for (int k = 0; k < seen; k++, s += 4L * stride) {
      FloatVector shift = fromMemorySegment(FLOATS, ALL, hidden(k, query), ORDER).sub(offset);
      FloatVector e = exp(fromMemorySegment(FLOATS, ALL, s, ORDER).fma(factor, shift));
      e.intoMemorySegment(ALL, s, ORDER);
      total = e.add(total);
    }
    total.intoMemorySegment(ALL, sum, ORDER);
  }

  /**
   * In place: scores s become probabilities {@code p = exp(scale * s - lse)}, and gradients of
   * probabilities become those of unscaled scores, {@code scale * p * (dP - sum(p dP))}.
   *
   * @param lse [stride], the logarithm of the sum of every query
   */
  static void backward(long s, long dP, long lse, float scale, int from, int keys, int stride) {
    for (int q = 0; q < stride; q += WIDTH) {
      int seen = Math.min(keys, from + q + WIDTH);
      long at = 4L * q;
      probabilities(s + at, dP + at, lse + at, scale, from + q, seen, stride);
      long hiddenAt = 4L * ((long) seen * stride + q);
      clear(s + hiddenAt, keys - seen, stride);
      clear(dP + hiddenAt, keys - seen, stride);
    }
  }

  private static void probabilities(
      long s, long dP, long lse, float scale, int query, int seen, int stride) {
    FloatVector factor = broadcast(FLOATS, scale);
    FloatVector offset = fromMemorySegment(FLOATS, ALL, lse, ORDER);
    FloatVector dot = FloatVector.zero(FLOATS);
    for (int k = 0; k < seen; k++) {
      long at = 4L * k * stride;
      FloatVector shift = fromMemorySegment(FLOATS, ALL, hidden(k, query), ORDER).sub(offset);
      FloatVector p = exp(fromMemorySegment(FLOATS, ALL, s + at, ORDER).fma(factor, shift));
      p.intoMemorySegment(ALL, s + at, ORDER);
      dot = p.fma(fromMemorySegment(FLOATS, ALL, dP + at, ORDER), dot);
    }
    for (int k = 0; k < seen; k++) {
      long at = 4L * k * stride;
      FloatVector d = fromMemorySegment(FLOATS, ALL, dP + at, ORDER).sub(dot);
      FloatVector p = fromMemorySegment(FLOATS, ALL, s + at, ORDER).mul(factor);
      d.mul(p).intoMemorySegment(ALL, dP + at, ORDER);
    }
  }

  private static void clear(long x, int rows, int stride) {
    FloatVector zero = FloatVector.zero(FLOATS);
    for (int k = 0; k < rows; k++) {
      zero.intoMemorySegment(ALL, x + 4L * k * stride, ORDER);
    }
  }
}
