package dev.chainrule.core.kernel.vector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Memory;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.AttentionShape;
import dev.chainrule.core.kernel.CacheFormat;
import dev.chainrule.core.kernel.CacheReader;
import dev.chainrule.core.kernel.PagedCache;
import dev.chainrule.core.kernel.RowKernels;
import dev.chainrule.core.kernel.reference.ReferenceRows;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PagedCacheTest {
  private static final RowKernels reference = new ReferenceRows();
  private static final RowKernels vector = new VectorRows();

  /** Attention of one query in double. */
  private static double[] plain(
      AttentionShape shape, float[] query, float[][] keys, float[][] values, int time) {
    int size = query.length;
    double[] weights = new double[time + 1];
    double total = 0;
    for (int t = shape.first(time); t <= time; t++) {
      double score = 0;
      for (int d = 0; d < size; d++) {
        score += query[d] * keys[t][d];
      }
      score *= shape.scale();
      if (shape.softcap() != 0) {
        score = shape.softcap() * Math.tanh(score / shape.softcap());
      }
      weights[t] = Math.exp(score);
      total += weights[t];
    }
    double[] y = new double[size];
    for (int t = 0; t <= time; t++) {
      for (int d = 0; d < size; d++) {
        y[d] += weights[t] / total * values[t][d];
      }
    }
    return y;
  }

  private static float[][] normal(Random random, int rows, int columns) {
    float[][] all = new float[rows][columns];
    for (float[] row : all) {
      for (int i = 0; i < columns; i++) {
        row[i] = (float) random.nextGaussian();
      }
    }
    return all;
  }

  /** How far a key or value may be from what it was, as a share of the largest. */
  private static double rounding(CacheFormat format) {
    return switch (format) {
      case FLOAT32 -> 0x1p-22;
      case FLOAT16 -> 0x1p-11;
      // Half a step, and what the scale is rounded.
      case Q8_0 -> 0.5 / 127 + 0x1p-11;
    };
  }

  /**
   * A value is rounded, and a score is wrong by at most d, which changes weights by the factor
   * exp(d) and their sum by exp(-d).
   */
  private static double bound(
      CacheFormat format, AttentionShape shape, float[][] q, float[][] k, float[][] v) {
    double longest = 0;
    for (float[] query : q) {
      double sum = 0;
      for (float element : query) {
        sum += Math.abs(element);
      }
      longest = Math.max(longest, sum);
    }
    double rounding = rounding(format);
    double score = shape.scale() * longest * largest(k) * rounding;
    return largest(v) * (rounding + Math.expm1(2 * score));
  }

  private static double largest(float[][] all) {
    double most = 0;
    for (float[] row : all) {
      for (float element : row) {
        most = Math.max(most, Math.abs(element));
      }
    }
    return most;
  }

  @ParameterizedTest
  @EnumSource
  void attendsToWhatIsSeen(CacheFormat format) {
    AttentionShape[] shapes = {
      new AttentionShape(2, 1, 0, 0.3, 0),
      new AttentionShape(1, 1, 1, 0.3, 0),
      new AttentionShape(1, 1, 70, 0.2, 2.5)
    };
    for (AttentionShape shape : shapes) {
      for (int size : new int[] {1, 7, 32, 64, 80}) {
        check(vector, format, shape, size);
        check(reference, format, shape, size);
      }
    }
  }

  private static void check(
      RowKernels kernels, CacheFormat format, AttentionShape shape, int size) {
    Random random = new Random(size);
    int length = 200;
    float[][] keys = normal(random, length, size);
    float[][] values = normal(random, length, size);
    float[][] queries = normal(random, length, size);
    PagedCache cache = kernels.pagedCache(format, shape, size, 1);
    CacheReader reader = kernels.cacheReader(format, size, length);
    Tensor row = Tensor.zeros(DType.FLOAT32, 2, size);
    double worst = 0;
    for (int from = 0; from < length; ) {
      int most = Math.min(reader.most(Math.min(length, from + 41)), length - from);
      int count = Math.min(from % 41 + 1, most);
      cache.extend(0, from, from + count);
      for (int t = from; t < from + count; t++) {
        row.write(0, keys[t], 0, size);
        row.write(size, values[t], 0, size);
        cache.put(0, 0, t, row.address(), row.address() + 4L * size);
      }
      float[][] together = attend(cache, reader, queries, from, count);
      for (int n = 0; n < count; n++) {
        double[] expected = plain(shape, queries[from + n], keys, values, from + n);
        assertThat(attend(cache, reader, queries, from + n, 1)[0])
            .as("alone as together")
            .isEqualTo(together[n]);
        for (int d = 0; d < size; d++) {
          worst = Math.max(worst, Math.abs(together[n][d] - expected[d]));
        }
      }
      from += count;
    }
    assertThat(worst)
        .as("%s of %s, heads of %d", format, shape, size)
        .isLessThan(bound(format, shape, queries, keys, values));
    if (format != CacheFormat.FLOAT32 && shape.window() != 1) {
      assertThat(worst).isGreaterThan(1e-6);
    }
  }

  private static float[][] attend(
      PagedCache cache, CacheReader reader, float[][] queries, int from, int count) {
    int size = queries[0].length;
    for (int n = 0; n < count; n++) {
      for (int d = 0; d < size; d++) {
        Memory.putFloat(reader.query(n) + 4L * d, queries[from + n][d]);
      }
      reader.at(n, from + n);
    }
    reader.attend(cache, 0, 0, count);
    float[][] y = new float[count][size];
    for (int n = 0; n < count; n++) {
      for (int d = 0; d < size; d++) {
        y[n][d] = Memory.getFloat(reader.query(n) + 4L * d);
      }
    }
    return y;
  }

  @Test
  void memoryIsWhatIsUsed() {
    AttentionShape all = new AttentionShape(4, 2, 0, 1, 0);
    PagedCache cache = vector.pagedCache(CacheFormat.FLOAT32, all, 64, 3);
    assertThat(cache.bytes()).isZero();
    cache.extend(1, 0, 1);
    long page = cache.bytes();
    assertThat(page).isEqualTo(2L * 2 * 64 * 64 * 4);
    cache.extend(1, 63, 64);
    assertThat(cache.bytes()).isEqualTo(page);
    cache.extend(1, 64, 65);
    assertThat(cache.bytes()).isEqualTo(2 * page);
    cache.reset(1);
    cache.extend(0, 0, 128);
    assertThat(cache.bytes()).isEqualTo(2 * page);
  }

  @Test
  void formatsTakeFewerBytes() {
    AttentionShape all = new AttentionShape(1, 1, 0, 1, 0);
    long[] bytes = new long[3];
    for (CacheFormat format : CacheFormat.values()) {
      PagedCache cache = vector.pagedCache(format, all, 64, 1);
      cache.extend(0, 0, 4096);
      bytes[format.ordinal()] = cache.bytes();
    }
    assertThat(bytes[1]).isEqualTo(bytes[0] / 2);
    assertThat(bytes[2]).isEqualTo(bytes[0] / 128 * 34);
  }

  @Test
  void aWindowKeepsWhatItSees() {
    AttentionShape window = new AttentionShape(1, 1, 100, 1, 0);
    PagedCache cache = vector.pagedCache(CacheFormat.FLOAT32, window, 8, 1);
    cache.extend(0, 0, 1);
    long page = cache.bytes();
    for (int t = 1; t < 10_000; t++) {
      cache.extend(0, t, t + 1);
    }
    assertThat(cache.bytes()).isLessThanOrEqualTo(3 * page);
  }

  @Test
  void forkedStreamsShareWhatBothFilled() {
    AttentionShape all = new AttentionShape(1, 1, 0, 1, 0);
    PagedCache cache = vector.pagedCache(CacheFormat.FLOAT32, all, 4, 3);
    Tensor row = Tensor.of(new float[] {1, 2, 3, 4}, 4);
    Tensor other = Tensor.of(new float[] {9, 9, 9, 9}, 4);
    cache.extend(0, 0, 130);
    for (int t = 0; t < 130; t++) {
      cache.put(0, 0, t, row.address(), row.address());
    }
    long before = cache.bytes();
    cache.fork(0, 1);
    cache.fork(0, 2);
    assertThat(cache.bytes()).isEqualTo(before);
    cache.extend(1, 130, 131);
    cache.put(1, 0, 130, other.address(), other.address());
    assertThat(cache.bytes()).isEqualTo(before / 3 * 4);
    cache.extend(0, 130, 131);
    cache.put(0, 0, 130, row.address(), row.address());
    CacheReader reader = vector.cacheReader(CacheFormat.FLOAT32, 4, 256);
    for (int stream = 0; stream < 2; stream++) {
      for (int d = 0; d < 4; d++) {
        Memory.putFloat(reader.query(0) + 4L * d, 100);
      }
      reader.at(0, 130);
      reader.attend(cache, stream, 0, 1);
      assertThat(Memory.getFloat(reader.query(0))).isEqualTo(stream == 0 ? 1 : 9);
    }
    cache.reset(0);
    cache.reset(1);
    cache.reset(2);
    cache.extend(0, 0, 250);
    assertThat(cache.bytes()).isEqualTo(before / 3 * 5);
  }
}
