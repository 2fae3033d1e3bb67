package dev.chainrule.core.kernel.reference;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.CacheReader;
import dev.chainrule.core.kernel.PagedCache;

/** Attention of one query after the other, in double precision. */
final class PlainReader implements CacheReader {
  private static final int QUERIES = 4;

  private final int headSize;
  private final double[] weights;
  private final Tensor queries;
  private final int[] times = new int[QUERIES];

  PlainReader(int headSize, int capacity) {
    this.headSize = headSize;
    this.weights = new double[capacity];
    this.queries = Tensor.zeros(DType.FLOAT32, QUERIES, headSize);
  }

  @Override
  public int most(int seen) {
    return QUERIES;
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
  public void attend(PagedCache cache, int stream, int head, int count) {
    PlainPages pages = (PlainPages) cache;
    for (int n = 0; n < count; n++) {
      attend(pages, stream, head, n);
    }
  }

  private void attend(PlainPages cache, int stream, int head, int n) {
    int first = cache.shape.first(times[n]);
    int end = times[n] + 1;
    double largest = Double.NEGATIVE_INFINITY;
    for (int t = first; t < end; t++) {
      weights[t] = score(cache, stream, head, n, t);
      largest = Math.max(largest, weights[t]);
    }
    double total = 0;
    for (int t = first; t < end; t++) {
      weights[t] = Math.exp(weights[t] - largest);
      total += weights[t];
    }
    for (int d = 0; d < headSize; d++) {
      double sum = 0;
      for (int t = first; t < end; t++) {
        sum += weights[t] * cache.value(stream, head, t, d);
      }
      queries.set((long) n * headSize + d, sum / total);
    }
  }

  private double score(PlainPages cache, int stream, int head, int n, int time) {
    double sum = 0;
    for (int d = 0; d < headSize; d++) {
      sum += queries.get((long) n * headSize + d) * cache.key(stream, head, time, d);
    }
    double scaled = cache.shape.scale() * sum;
    double cap = cache.shape.softcap();
    return cap == 0 ? scaled : cap * Math.tanh(scaled / cap);
  }
}
