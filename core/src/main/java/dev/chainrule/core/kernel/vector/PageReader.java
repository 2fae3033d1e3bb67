package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.kernel.vector.PageLayout.TIMES;
import static dev.chainrule.core.kernel.vector.PageTiles.SIX;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Memory;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.AttentionShape;
import dev.chainrule.core.kernel.CacheFormat;
import dev.chainrule.core.kernel.CacheReader;
import dev.chainrule.core.kernel.PagedCache;

/** Attention page by page, of up to {@value #QUERIES} queries at once. */
final class PageReader implements CacheReader {
  private static final int QUERIES = 32;

  /** Queries for whose scores there is room when all times are seen. */
  private static final int LEAST = 8;

  private final int headSize;

  /** Floats for scores. */
  private final long scoreRoom;

  private final Tensor scores;
  private final Tensor sums;
  private final Tensor queries;
  private final Tensor room;
  private final PageTiles tiles;
  private final int[] times = new int[QUERIES];
  private final float[] totals = new float[QUERIES];

  /** Bytes from a query's scores to the next one's. */
  private long stride;

  /**
   * A reader.
   *
   * @param capacity most times that are seen at once
   */
  PageReader(CacheFormat format, int headSize, int capacity) {
    PageLayout layout = new PageLayout(format, headSize);
    this.headSize = headSize;
    scores = Tensor.zeros(DType.FLOAT32, LEAST, columns(capacity));
    scoreRoom = scores.size();
    sums = Tensor.zeros(DType.FLOAT32, QUERIES, layout.padded);
    queries = Tensor.zeros(DType.FLOAT32, QUERIES, headSize);
    room = Tensor.zeros(DType.FLOAT32, Math.toIntExact(layout.roomBytes() / 4));
    tiles = new PageTiles(layout, Math.ceilDiv(QUERIES, SIX));
  }

  /** Scores of a query that sees so many times, wherever in a page the first is. */
  private static int columns(int times) {
    return (Math.ceilDiv(times, TIMES) + 1) * TIMES;
  }

  @Override
  public int most(int seen) {
    return Math.clamp(scoreRoom / columns(seen), 1, QUERIES);
  }

  @Override
  public long query(int n) {
    return queries.address() + 4L * n * headSize;
  }

  @Override
  public void at(int n, int time) {
    times[n] = time;
  }

  @Override
  public void attend(PagedCache pages, int stream, int head, int count) {
    VectorPages cache = (VectorPages) pages;
    AttentionShape shape = cache.shape();
    int last = times[count - 1];
    int firstPage = shape.first(times[0]) / TIMES;
    int lastPage = last / TIMES;
    int columns = (lastPage - firstPage + 1) * TIMES;
    if ((long) count * columns > scoreRoom) {
      throw new IllegalArgumentException("%d queries of %d times".formatted(count, columns));
    }
    stride = 4L * columns;
    boolean many = count >= SIX;
    for (int n = 0; many && n < count; n += SIX) {
      tiles.begin(n / SIX, query(tile(n, count)));
    }
    PageLayout layout = cache.layout();
    for (int page = firstPage; page <= lastPage; page++) {
      int seen = Math.min(TIMES, last + 1 - page * TIMES);
      int whole = Math.ceilDiv(seen, 4 * Lanes.WIDTH) * 4 * Lanes.WIDTH;
      long keys = layout.keys(cache.head(stream, head, page), whole, room.address());
      long to = scores.address() + 4L * (page - firstPage) * TIMES;
      if (many) {
        scoreTiles(keys, to, count, whole);
      } else {
        score(keys, to, count, whole);
      }
    }
    for (int n = 0; n < count; n++) {
      totals[n] = weights(n, shape, firstPage * TIMES, columns);
    }
    if (!many) {
      sums.segment().fill((byte) 0);
    }
    int first = shape.first(times[0]);
    for (int page = firstPage; page <= lastPage; page++) {
      int from = Math.max(0, first - page * TIMES);
      int to = Math.min(TIMES, last + 1 - page * TIMES);
      long values = layout.values(cache.head(stream, head, page), from, to, room.address());
      long at = scores.address() + 4L * (page - firstPage) * TIMES;
      if (many) {
        mixTiles(at, values, count, from, to);
      } else {
        mix(layout.padded, at, values, count, from, to);
      }
    }
    for (int n = 0; n < count; n++) {
      long sum = sums.address() + 4L * n * layout.padded;
      if (many) {
        tiles.sum(n / SIX, n - tile(n, count), sum);
      }
      Softmax.scale(query(n), sum, 1 / totals[n], headSize);
    }
  }

  /** The first query of the tile of query n; the last tile may share some with the one before. */
  private static int tile(int n, int count) {
    return Math.min(n / SIX * SIX, count - SIX);
  }

  private void scoreTiles(long keys, long to, int count, int whole) {
    tiles.keys(keys);
    for (int n = 0; n < count; n += SIX) {
      tiles.score(n / SIX, to + tile(n, count) * stride, stride, whole);
    }
  }

  private void mixTiles(long weights, long values, int count, int from, int to) {
    tiles.values(values, from, to);
    for (int n = 0; n < count; n += SIX) {
      tiles.mix(n / SIX, weights + tile(n, count) * stride, stride, from, to);
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
    return Softmax.weights(x, x, scale, to - from);
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
