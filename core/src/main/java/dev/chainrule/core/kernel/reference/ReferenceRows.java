package dev.chainrule.core.kernel.reference;

import dev.chainrule.core.array.Memory;
import dev.chainrule.core.kernel.AttentionCache;
import dev.chainrule.core.kernel.AttentionShape;
import dev.chainrule.core.kernel.CacheFormat;
import dev.chainrule.core.kernel.CacheReader;
import dev.chainrule.core.kernel.GateFunction;
import dev.chainrule.core.kernel.PagedCache;
import dev.chainrule.core.kernel.RowKernels;

/** The definition of the functions of rows, one number after the other. */
public final class ReferenceRows implements RowKernels {
  @Override
  public void layerNorm(long y, long x, long gain, long bias, int rows, int width, double epsilon) {
    for (long row = 0; row < rows; row++) {
      long at = row * width;
      double mean = 0;
      for (int i = 0; i < width; i++) {
        mean += get(x, at + i) / width;
      }
      double variance = 0;
      for (int i = 0; i < width; i++) {
        double deviation = get(x, at + i) - mean;
        variance += deviation * deviation / width;
      }
      double scale = 1 / Math.sqrt(variance + epsilon);
      for (int i = 0; i < width; i++) {
        double normal = (get(x, at + i) - mean) * scale;
        put(y, at + i, normal * get(gain, i) + (bias == 0 ? 0 : get(bias, i)));
      }
    }
  }

  @Override
  public void rmsNorm(long y, long x, long gain, int rows, int width, double epsilon) {
    for (long row = 0; row < rows; row++) {
      long at = row * width;
      double square = 0;
      for (int i = 0; i < width; i++) {
        square += get(x, at + i) * get(x, at + i) / width;
      }
      double scale = 1 / Math.sqrt(square + epsilon);
      for (int i = 0; i < width; i++) {
        put(y, at + i, get(x, at + i) * scale * get(gain, i));
      }
    }
  }

  @Override
  public void rotate(long x, long cos, long sin, int heads, int half) {
    for (long head = 0; head < heads; head++) {
      for (int i = 0; i < half; i++) {
        long first = head * 2 * half + i;
        double a = get(x, first);
        double b = get(x, first + half);
        put(x, first, a * get(cos, i) - b * get(sin, i));
        put(x, first + half, b * get(cos, i) + a * get(sin, i));
      }
    }
  }

  @Override
  public void gate(long y, long gate, long up, GateFunction f, int n) {
    for (int i = 0; i < n; i++) {
      put(y, i, Gates.value(f, get(gate, i)) * (up == 0 ? 1 : get(up, i)));
    }
  }

  @Override
  public void softCap(long x, double cap, int n) {
    for (int i = 0; i < n; i++) {
      put(x, i, cap * Math.tanh(get(x, i) / cap));
    }
  }

  @Override
  public void add(long x, long y, int n) {
    for (int i = 0; i < n; i++) {
      put(x, i, get(x, i) + get(y, i));
    }
  }

  @Override
  public float softmaxWeights(long y, long x, double scale, int n) {
    double max = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < n; i++) {
      max = Math.max(max, get(x, i));
    }
    double sum = 0;
    for (int i = 0; i < n; i++) {
      double weight = Math.exp(scale * (get(x, i) - max));
      put(y, i, weight);
      sum += weight;
    }
    return (float) sum;
  }

  @Override
  public void lstmCell(long h, long c, long gates, long c0, int units) {
    for (int i = 0; i < units; i++) {
      double in = sigmoid(get(gates, i));
      double forget = sigmoid(get(gates, units + i));
      double candidate = Math.tanh(get(gates, 2L * units + i));
      double out = sigmoid(get(gates, 3L * units + i));
      double cell = in * candidate + (c0 == 0 ? 0 : forget * get(c0, i));
      put(c, i, cell);
      put(h, i, out * Math.tanh(cell));
    }
  }

  @Override
  public AttentionCache attentionCache(int streams, int heads, int headSize, int capacity) {
    return new PlainCache(streams, heads, headSize, capacity);
  }

  @Override
  public PagedCache pagedCache(
      CacheFormat format, AttentionShape shape, int headSize, int streams) {
    return new PlainPages(format, shape, headSize, streams);
  }

  @Override
  public CacheReader cacheReader(CacheFormat format, int headSize, int capacity) {
    return new PlainReader(headSize, capacity);
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  static float get(long x, long i) {
    return Memory.getFloat(x + 4 * i);
  }

  static void put(long x, long i, double value) {
    Memory.putFloat(x + 4 * i, (float) value);
  }
}
