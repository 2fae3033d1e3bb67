package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.kernel.vector.Lanes.WIDTH;

import dev.chainrule.core.array.Memory;
import dev.chainrule.core.kernel.CacheFormat;
import java.lang.foreign.ValueLayout;

/**
 * Where the keys and values of one head lie in a page of {@value #TIMES} times, and how they get
 * there. Keys are [HS, time], so that the scores of neighbouring times are lanes of a vector;
 * values are [time, HS], padded to whole groups of four vectors. What is rounded is made floats
 * again a page at a time, in memory that stays in the first cache.
 */
final class PageLayout {
  /** Times of a page; whole groups of four vectors of any width. */
  static final int TIMES = 64;

  private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT;
  private static final int BLOCK = 32;
  private static final float LARGEST = 127;

  final CacheFormat format;
  final int headSize;

  /** The size of a head, padded. */
  final int padded;

  private final int elementBytes;
  private final int scaleBlocks;

  PageLayout(CacheFormat format, int headSize) {
    this.format = format;
    this.headSize = headSize;
    this.padded = Math.ceilDiv(headSize, 4 * WIDTH) * 4 * WIDTH;
    this.elementBytes =
        switch (format) {
          case FLOAT32 -> 4;
          case FLOAT16 -> 2;
          case Q8_0 -> 1;
        };
    this.scaleBlocks = format == CacheFormat.Q8_0 ? Math.ceilDiv(headSize, BLOCK) : 0;
  }

  /** Bytes of the keys of a head. */
  private long keyBytes() {
    return (long) TIMES * (headSize * elementBytes + 2 * scaleBlocks);
  }

  /** Bytes of a head in a page. */
  long headBytes() {
    long bytes = keyBytes() + (long) TIMES * (padded * elementBytes + 2 * scaleBlocks);
    return (bytes + Memory.ALIGNMENT - 1) / Memory.ALIGNMENT * Memory.ALIGNMENT;
  }

  /** Stores the key and the value [HS] of a time of the page. */
  void put(long head, int time, long key, long value) {
    long values = head + keyBytes();
    switch (format) {
      case FLOAT32 -> {
        for (int d = 0; d < headSize; d++) {
          Memory.putFloat(head + 4L * (d * TIMES + time), Memory.getFloat(key + 4L * d));
          Memory.putFloat(values + 4L * (time * padded + d), Memory.getFloat(value + 4L * d));
        }
      }
      case FLOAT16 -> {
        for (int d = 0; d < headSize; d++) {
          putHalf(head + 2L * (d * TIMES + time), Memory.getFloat(key + 4L * d));
          putHalf(values + 2L * (time * padded + d), Memory.getFloat(value + 4L * d));
        }
      }
      case Q8_0 -> {
        long keyScales = head + (long) TIMES * headSize;
        long valueScales = values + (long) TIMES * padded;
        for (int b = 0; b < scaleBlocks; b++) {
          int from = b * BLOCK;
          int count = Math.min(BLOCK, headSize - from);
          long k = head + (long) from * TIMES + time;
          round(key + 4L * from, count, k, TIMES, keyScales + 2L * (b * TIMES + time));
          long v = values + (long) time * padded + from;
          round(value + 4L * from, count, v, 1, valueScales + 2L * (time * scaleBlocks + b));
        }
      }
    }
  }

  /** The key and the value [HS] of a time of the page, as floats. */
  void get(long head, int time, long key, long value) {
    long values = head + keyBytes();
    long keyScales = head + (long) TIMES * headSize;
    long valueScales = values + (long) TIMES * padded;
    for (int d = 0; d < headSize; d++) {
      long k = (long) d * TIMES + time;
      long v = (long) time * padded + d;
      int block = d / BLOCK;
      float keyPart =
          switch (format) {
            case FLOAT32 -> Memory.getFloat(head + 4 * k);
            case FLOAT16 -> half(head + 2 * k);
            case Q8_0 ->
                Memory.ALL.get(BYTE, head + k) * half(keyScales + 2L * (block * TIMES + time));
          };
      float valuePart =
          switch (format) {
            case FLOAT32 -> Memory.getFloat(values + 4 * v);
            case FLOAT16 -> half(values + 2 * v);
            case Q8_0 ->
                Memory.ALL.get(BYTE, values + v)
                    * half(valueScales + 2L * (time * scaleBlocks + block));
          };
      Memory.putFloat(key + 4L * d, keyPart);
      Memory.putFloat(value + 4L * d, valuePart);
    }
  }

  private static float half(long at) {
    return Float.float16ToFloat(Memory.ALL.get(SHORT, at));
  }

  private static void round(long x, int count, long codes, int stride, long scale) {
    float largest = 0;
    for (int i = 0; i < count; i++) {
      largest = Math.max(largest, Math.abs(Memory.getFloat(x + 4L * i)));
    }
    putHalf(scale, largest / LARGEST);
    float unit = Float.float16ToFloat(Memory.ALL.get(SHORT, scale));
    float inverse = unit == 0 ? 0 : 1 / unit;
    for (int i = 0; i < count; i++) {
      float code = Memory.getFloat(x + 4L * i) * inverse;
      int rounded = Math.clamp((long) Math.rint(code), -127, 127);
      Memory.ALL.set(BYTE, codes + (long) i * stride, (byte) rounded);
    }
  }

  private static void putHalf(long at, float value) {
    Memory.ALL.set(SHORT, at, Float.floatToFloat16(value));
  }

  /**
   * The keys of the first times of a page as floats [HS, {@value #TIMES}].
   *
   * @param times whole groups of four vectors
   * @param room for them
   * @return where they stand
   */
  long keys(long head, int times, long room) {
    switch (format) {
      case FLOAT32 -> {
        return head;
      }
      case FLOAT16 -> {
        for (int d = 0; d < headSize; d++) {
          BlockDots.expandHalves(head + 2L * d * TIMES, times, room + 4L * d * TIMES);
        }
      }
      case Q8_0 -> {
        long scales = room + 4L * headSize * TIMES;
        for (int b = 0; b < scaleBlocks; b++) {
          long stored = head + (long) TIMES * (headSize + 2 * b);
          BlockDots.expandHalves(stored, times, scales);
          int to = Math.min(headSize, (b + 1) * BLOCK);
          for (int d = b * BLOCK; d < to; d++) {
            long codes = head + (long) d * TIMES;
            PageKernels.scaleEach(room + 4L * d * TIMES, codes, scales, times);
          }
        }
      }
    }
    return room;
  }

  /**
   * The values of some times of a page as floats [{@value #TIMES}, padded HS].
   *
   * @param room for them
   * @return where they stand
   */
  long values(long head, int from, int to, long room) {
    long values = head + keyBytes();
    switch (format) {
      case FLOAT32 -> {
        return values;
      }
      case FLOAT16 -> {
        long first = (long) from * padded;
        BlockDots.expandHalves(values + 2 * first, (long) (to - from) * padded, room + 4 * first);
      }
      case Q8_0 -> {
        long scales = values + (long) TIMES * padded;
        for (int t = from; t < to; t++) {
          for (int b = 0; b < scaleBlocks; b++) {
            float scale =
                Float.float16ToFloat(Memory.ALL.get(SHORT, scales + 2L * (t * scaleBlocks + b)));
            long at = (long) t * padded + (long) b * BLOCK;
            // Of the last block of an odd size, zeros beyond the head are scaled too.
            int count = Math.min(BLOCK, padded - b * BLOCK);
            PageKernels.scaleAll(room + 4 * at, values + at, scale, count);
          }
        }
      }
    }
    return room;
  }

  /** Bytes of room for the keys or the values of a head as floats. */
  long roomBytes() {
    return 4L * TIMES * (padded + 1);
  }
}
