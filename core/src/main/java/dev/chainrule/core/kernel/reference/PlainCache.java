package dev.chainrule.core.kernel.reference;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.AttentionCache;

/** Keys and values as they are [stream, head, time, HS]. */
final class PlainCache implements AttentionCache {
  private final int heads;
  private final int headSize;
  private final int capacity;
  private final Tensor keys;
  private final Tensor values;

  PlainCache(int streams, int heads, int headSize, int capacity) {
    this.heads = heads;
    this.headSize = headSize;
    this.capacity = capacity;
    keys = Tensor.zeros(DType.FLOAT32, streams, heads, capacity, headSize);
    values = Tensor.zeros(DType.FLOAT32, streams, heads, capacity, headSize);
  }

  @Override
  public void put(int stream, int head, int time, long key, long value) {
    for (int d = 0; d < headSize; d++) {
      keys.set(at(stream, head, time) + d, ReferenceRows.get(key, d));
      values.set(at(stream, head, time) + d, ReferenceRows.get(value, d));
    }
  }

  @Override
  public void get(int stream, int head, int time, long key, long value) {
    for (int d = 0; d < headSize; d++) {
      ReferenceRows.put(key, d, keys.get(at(stream, head, time) + d));
      ReferenceRows.put(value, d, values.get(at(stream, head, time) + d));
    }
  }

  @Override
  public void copyStream(int from, int to) {
    keys.slice(to, to + 1).copyFrom(keys.slice(from, from + 1));
    values.slice(to, to + 1).copyFrom(values.slice(from, from + 1));
  }

  @Override
  public int scoreRoom(int times) {
    return times;
  }

  @Override
  public void scores(long scores, long query, int stream, int head, int visible) {
    for (int t = 0; t < visible; t++) {
      double sum = 0;
      for (int d = 0; d < headSize; d++) {
        sum += ReferenceRows.get(query, d) * keys.get(at(stream, head, t) + d);
      }
      ReferenceRows.put(scores, t, sum);
    }
  }

  @Override
  public void mix(long y, long weights, float total, int stream, int head, int visible) {
    for (int d = 0; d < headSize; d++) {
      double sum = 0;
      for (int t = 0; t < visible; t++) {
        sum += ReferenceRows.get(weights, t) * values.get(at(stream, head, t) + d);
      }
      ReferenceRows.put(y, d, sum / total);
    }
  }

  private long at(int stream, int head, int time) {
    return (((long) stream * heads + head) * capacity + time) * headSize;
  }
}
