package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.kernel.vector.PageLayout.TIMES;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Memory;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.AttentionShape;

/**
 * Attention of up to {@value #QUERIES} queries that share a head of keys and values, page by page.
 * The memory is a worker's own.
 */
public final class CacheReader {
  /** Most queries at once. */
  public static final int QUERIES = 8;

  private final int headSize;
  private final long stride;
  private final Tensor scores;
  private final Tensor sums;
  private final Tensor queries;
  private final Tensor room;
  private final int[] times = new int[QUERIES];
  private final float[] totals = new float[QUERIES];

  /**
   * A reader.
   *
   * @param capacity most times that are seen at once
   */
  public CacheReader(PagedCache cache, int capacity) {
    PageLayout layout = cache.layout();
    headSize = layout.headSize;
    int columns = (Math.ceilDiv(capacity, TIMES) + 1) * TIMES;
    stride = 4L * columns;
    scores = Tensor.zeros(DType.FLOAT32, QUERIES, columns);
    sums = Tensor.zeros(DType.FLOAT32, QUERIES, layout.padded);
    queries = Tensor.zeros(DType.FLOAT32, QUERIES, headSize);
    room = Tensor.zeros(DType.FLOAT32, Math.toIntExact(layout.roomBytes() / 4));
  }

  /** Where query n [HS] is put before, and what it gets is found after {@link #attend}. */
  public long query(int n) {
    return queries.address() + 4L * n * headSize;
  }

  /**
   * Attends, queries in the order of their times.
   *
   * @param n of the query
   * @param time of the query
   */
  public void at(int n, int time) {
    times[n] = time;
  }

  /** Replaces queries by the means of the values that they see. */
  public void attend(PagedCache cache, int stream, int head, int count) {
    AttentionShape shape = cache.shape();
    int last = times[count - 1];
    int firstPage = shape.first(times[0]) / TIMES;
    int lastPage = last / TIMES;
    PageLayout layout = cache.layout();
    for (int page = firstPage; page <= lastPage; page++) {
      int seen = Math.min(TIMES, last + 1 - page * TIMES);
      int whole = Math.ceilDiv(seen, 4 * Lanes.WIDTH) * 4 * Lanes.WIDTH;
      long keys = layout.keys(cache.head(stream, head, page), whole, room.address());
      score(keys, scores.address() + 4L * (page - firstPage) * TIMES, count, whole);
    }
    int columns = (lastPage - firstPage + 1) * TIMES;
    for (int n = 0; n < count; n++) {
      totals[n] = weights(n, shape, firstPage * TIMES, columns);
    }
    sums.segment().fill((byte) 0);
    int first = shape.first(times[0]);
    for (int page = firstPage; page <= lastPage; page++) {
      int from = Math.max(0, first - page * TIMES);
      int to = Math.min(TIMES, last + 1 - page * TIMES);
      long values = layout.values(cache.head(stream, head, page), from, to, room.address());
      long at = scores.address() + 4L * (page - firstPage) * TIMES;
      mix(layout.padded, at, values, count, from, to);
    }
    for (int n = 0; n < count; n++) {
      Softmax.scale(query(n), sums.address() + 4L * n * layout.padded, 1 / totals[n], headSize);
    }
  }

  private void score(long keys, long to, int count, int whole) {
    int n = 0;
    for (; n <= count - 4; n += 4) {
      PageKernels.fourScores(to + n * stride, stride, query(n), keys, headSize, whole);
    }
    for (; n < count; n++) {
      PageKernels.scores(to + n * stride, query(n), keys, headSize, whole);
    }
  }

  /** Scores become weights, zeros where the query does not look; their sum. */
  private float weights(int n, AttentionShape shape, int base, int columns) {
    int from = shape.first(times[n]) - base;
    int to = times[n] + 1 - base;
    long row = scores.address() + n * stride;
    zero(row, 0, from);
    zero(row, to, columns);
    long x = row + 4L * from;
    double scale = shape.scale();
    if (shape.softcap() != 0) {
      float cap = (float) shape.softcap();
      SoftCap.forward(x, 0, x, (float) (scale / shape.softcap()), cap, to - from);
      scale = 1;
    }
    return RowKernels.softmaxWeights(x, x, scale, to - from);
  }

  private static void zero(long row, int from, int to) {
    for (int t = from; t < to; t++) {
      Memory.putFloat(row + 4L * t, 0);
    }
  }

  private void mix(int padded, long weights, long values, int count, int from, int to) {
    int n = 0;
    for (; n <= count - 4; n += 4) {
      long y = sums.address() + 4L * n * padded;
      PageKernels.fourMix(y, weights + n * stride, stride, values, padded, from, to);
    }
    for (; n < count; n++) {
      long y = sums.address() + 4L * n * padded;
      PageKernels.mix(y, weights + n * stride, values, padded, from, to);
    }
  }
}
