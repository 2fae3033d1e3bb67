package dev.chainrule.core.kernel.reference;

import dev.chainrule.core.kernel.AttentionShape;
import dev.chainrule.core.kernel.CacheFormat;
import dev.chainrule.core.kernel.PagedCache;
import java.util.Arrays;

/** Keys and values of each time by themselves, rounded as the format has it. */
final class PlainPages implements PagedCache {
  /** Elements with a scale of their own in Q8_0. */
  private static final int BLOCK = 32;

  private static final float[] NONE = {};

  final AttentionShape shape;
  final int headSize;
  private final CacheFormat format;

  /** [stream][time][key and value, head, HS]; empty where no longer seen. */
  private final float[][][] held;

  PlainPages(CacheFormat format, AttentionShape shape, int headSize, int streams) {
    this.format = format;
    this.shape = shape;
    this.headSize = headSize;
    this.held = new float[streams][0][];
  }

  @Override
  public long bytes() {
    long floats = 0;
    for (float[][] stream : held) {
      for (float[] time : stream) {
        floats += time.length;
      }
    }
    return 4 * floats;
  }

  @Override
  public void extend(int stream, int from, int to) {
    float[][] old = held[stream];
    float[][] times = Arrays.copyOf(old, Math.max(old.length, to));
    for (int t = old.length; t < to; t++) {
      times[t] = new float[2 * shape.numKvHeads() * headSize];
    }
    Arrays.fill(times, 0, Math.min(shape.first(from), times.length), NONE);
    held[stream] = times;
  }

  @Override
  public void reset(int stream) {
    held[stream] = new float[0][];
  }

  @Override
  public void truncate(int stream, int to) {
    held[stream] = Arrays.copyOf(held[stream], Math.min(held[stream].length, to));
  }

  @Override
  public int earliest(int stream) {
    int first = 0;
    while (first < held[stream].length && held[stream][first].length == 0) {
      first++;
    }
    return shape.firstThatSees(first);
  }

  @Override
  public void fork(int from, int to) {
    held[to] = Arrays.stream(held[from]).map(float[]::clone).toArray(float[][]::new);
  }

  @Override
  public void put(int stream, int head, int time, long key, long value) {
    float[] to = held[stream][time];
    store(key, to, keyAt(head));
    store(value, to, valueAt(head));
  }

  @Override
  public void get(int stream, int head, int time, long key, long value) {
    for (int d = 0; d < headSize; d++) {
      ReferenceRows.put(key, d, key(stream, head, time, d));
      ReferenceRows.put(value, d, value(stream, head, time, d));
    }
  }

  float key(int stream, int head, int time, int d) {
    return held[stream][time][keyAt(head) + d];
  }

  float value(int stream, int head, int time, int d) {
    return held[stream][time][valueAt(head) + d];
  }

  private int keyAt(int head) {
    return head * headSize;
  }

  private int valueAt(int head) {
    return (shape.numKvHeads() + head) * headSize;
  }

  private void store(long x, float[] to, int at) {
    for (int d = 0; d < headSize; d++) {
      to[at + d] = ReferenceRows.get(x, d);
    }
    for (int from = 0; from < headSize; from += BLOCK) {
      round(to, at + from, at + Math.min(headSize, from + BLOCK));
    }
  }

  private void round(float[] x, int from, int to) {
    float unit = format == CacheFormat.Q8_0 ? unit(x, from, to) : 0;
    for (int i = from; i < to; i++) {
      x[i] =
          switch (format) {
            case FLOAT32 -> x[i];
            case FLOAT16 -> half(x[i]);
            case Q8_0 ->
                unit == 0 ? 0 : unit * Math.clamp((float) Math.rint(x[i] / unit), -127, 127);
          };
    }
  }

  /** What one step of a block's codes is worth. */
  private static float unit(float[] x, int from, int to) {
    float largest = 0;
    for (int i = from; i < to; i++) {
      largest = Math.max(largest, Math.abs(x[i]));
    }
    return half(largest / 127);
  }

  private static float half(float x) {
    return Float.float16ToFloat(Float.floatToFloat16(x));
  }
}
