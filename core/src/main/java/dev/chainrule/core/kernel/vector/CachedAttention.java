package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.array.Memory.ALL;
import static dev.chainrule.core.kernel.vector.Lanes.FLOATS;
import static dev.chainrule.core.kernel.vector.Lanes.LANE;
import static dev.chainrule.core.kernel.vector.Lanes.ORDER;
import static dev.chainrule.core.kernel.vector.Lanes.WIDTH;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;
import static jdk.incubator.vector.VectorOperators.LT;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Memory;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.AttentionCache;
import jdk.incubator.vector.FloatVector;

/**
 * Keys and values for the processor's vectors. Keys lie [stream, head, HS, time], so that the
 * scores of neighbouring times are lanes of a vector; values lie [stream, head, time, HS].
 */
final class CachedAttention implements AttentionCache {
  private final int heads;
  private final int headSize;
  private final int capacity;
  private final int keyStride;
  private final int valueStride;
  private final Tensor keys;
  private final Tensor values;

  /**
   * An empty cache.
   *
   * @param capacity most times that can be held
   */
  CachedAttention(int streams, int heads, int headSize, int capacity) {
    this.heads = heads;
    this.headSize = headSize;
    this.capacity = capacity;
    // An odd number of lines, so that the rows of a head do not share sets of the cache.
    this.keyStride = scoreRoom(capacity) + WIDTH;
    this.valueStride = (headSize + WIDTH - 1) / WIDTH * WIDTH;
    this.keys = Tensor.zeros(DType.FLOAT32, streams, heads, headSize, keyStride);
    this.values = Tensor.zeros(DType.FLOAT32, streams, heads, capacity, valueStride);
  }

  @Override
  public int scoreRoom(int times) {
    return (times + 4 * WIDTH - 1) / (4 * WIDTH) * (4 * WIDTH);
  }

  @Override
  public void put(int stream, int head, int time, long key, long value) {
    long k = keysOf(stream, head) + 4L * time;
    for (int d = 0; d < headSize; d++) {
      Memory.putFloat(k + 4L * d * keyStride, Memory.getFloat(key + 4L * d));
    }
    long v = valuesOf(stream, head) + 4L * time * valueStride;
    for (int d = 0; d < headSize; d += WIDTH) {
      fromMemorySegment(
              FLOATS, ALL, value + 4L * d, ORDER, LANE.compare(LT, (float) (headSize - d)))
          .intoMemorySegment(ALL, v + 4L * d, ORDER);
    }
  }

  @Override
  public void get(int stream, int head, int time, long key, long value) {
    long k = keysOf(stream, head) + 4L * time;
    long v = valuesOf(stream, head) + 4L * time * valueStride;
    for (int d = 0; d < headSize; d++) {
      Memory.putFloat(key + 4L * d, Memory.getFloat(k + 4L * d * keyStride));
      Memory.putFloat(value + 4L * d, Memory.getFloat(v + 4L * d));
    }
  }

  @Override
  public void copyStream(int from, int to) {
    keys.slice(to, to + 1).copyFrom(keys.slice(from, from + 1));
    values.slice(to, to + 1).copyFrom(values.slice(from, from + 1));
  }

  @Override
  public void scores(long scores, long query, int stream, int head, int visible) {
    long k = keysOf(stream, head);
    int row = 4 * keyStride;
    for (int t = 0; t < visible; t += 4 * WIDTH) {
      FloatVector s0 = FloatVector.zero(FLOATS);
      FloatVector s1 = FloatVector.zero(FLOATS);
      FloatVector s2 = FloatVector.zero(FLOATS);
      FloatVector s3 = FloatVector.zero(FLOATS);
      long kt = k + 4L * t;
      for (int d = 0; d < headSize; d++) {
        FloatVector q = FloatVector.broadcast(FLOATS, Memory.getFloat(query + 4L * d));
        long at = kt + (long) d * row;
        s0 = fromMemorySegment(FLOATS, ALL, at, ORDER).fma(q, s0);
        s1 = fromMemorySegment(FLOATS, ALL, at + 4L * WIDTH, ORDER).fma(q, s1);
        s2 = fromMemorySegment(FLOATS, ALL, at + 8L * WIDTH, ORDER).fma(q, s2);
        s3 = fromMemorySegment(FLOATS, ALL, at + 12L * WIDTH, ORDER).fma(q, s3);
      }
      long to = scores + 4L * t;
      s0.intoMemorySegment(ALL, to, ORDER);
      s1.intoMemorySegment(ALL, to + 4L * WIDTH, ORDER);
      s2.intoMemorySegment(ALL, to + 8L * WIDTH, ORDER);
      s3.intoMemorySegment(ALL, to + 12L * WIDTH, ORDER);
    }
  }

  @Override
  public void mix(long y, long weights, float total, int stream, int head, int visible) {
    long row = 4L * valueStride;
    for (int d = 0; d < headSize; d += WIDTH) {
      long v = valuesOf(stream, head) + 4L * d;
      FloatVector s0 = FloatVector.zero(FLOATS);
      FloatVector s1 = FloatVector.zero(FLOATS);
      FloatVector s2 = FloatVector.zero(FLOATS);
      FloatVector s3 = FloatVector.zero(FLOATS);
      int t = 0;
      for (; t <= visible - 4; t += 4) {
        long vt = v + t * row;
        long wt = weights + 4L * t;
        s0 =
            fromMemorySegment(FLOATS, ALL, vt, ORDER)
                .fma(FloatVector.broadcast(FLOATS, Memory.getFloat(wt)), s0);
        s1 =
            fromMemorySegment(FLOATS, ALL, vt + row, ORDER)
                .fma(FloatVector.broadcast(FLOATS, Memory.getFloat(wt + 4)), s1);
        s2 =
            fromMemorySegment(FLOATS, ALL, vt + 2 * row, ORDER)
                .fma(FloatVector.broadcast(FLOATS, Memory.getFloat(wt + 8)), s2);
        s3 =
            fromMemorySegment(FLOATS, ALL, vt + 3 * row, ORDER)
                .fma(FloatVector.broadcast(FLOATS, Memory.getFloat(wt + 12)), s3);
      }
      for (; t < visible; t++) {
        s0 =
            fromMemorySegment(FLOATS, ALL, v + t * row, ORDER)
                .fma(FloatVector.broadcast(FLOATS, Memory.getFloat(weights + 4L * t)), s0);
      }
      FloatVector mean = s0.add(s1).add(s2.add(s3)).mul(FloatVector.broadcast(FLOATS, 1 / total));
      mean.intoMemorySegment(ALL, y + 4L * d, ORDER, LANE.compare(LT, (float) (headSize - d)));
    }
  }

  private long keysOf(int stream, int head) {
    return keys.address() + 4L * (stream * heads + head) * headSize * keyStride;
  }

  private long valuesOf(int stream, int head) {
    return values.address() + 4L * (stream * heads + head) * capacity * valueStride;
  }
}
