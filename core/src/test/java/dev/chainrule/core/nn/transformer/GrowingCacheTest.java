package dev.chainrule.core.nn.transformer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.engine.Engines;
import dev.chainrule.core.kernel.AttentionCache;
import dev.chainrule.core.kernel.RowKernels;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A cache that grows computes to the bit what one with all its room does. */
class GrowingCacheTest {
  private static final int STREAMS = 3;
  private static final int HEADS = 2;
  private static final int SIZE = 5;
  private static final int MOST = 200;

  @ParameterizedTest
  @ValueSource(strings = {"reference", "vector"})
  void streamsComeGoAndForkAsInACacheThatHasRoomForAll(String name) {
    try (Engine engine = Engines.open(name, 1)) {
      RowKernels kernels = engine.kernels(0).rows();
      GrowingCache grown = new GrowingCache(kernels, STREAMS, HEADS, SIZE, MOST);
      AttentionCache whole = kernels.attentionCache(STREAMS, HEADS, SIZE, MOST);
      CounterRandom random = CounterRandom.of(9);
      Tensor numbers = Tensor.zeros(DType.FLOAT32, 3, SIZE);
      int[] times = new int[STREAMS];
      for (int round = 0; round < 400; round++) {
        int stream = random.nextInt(STREAMS);
        int what = random.nextInt(60);
        if (what == 0) {
          grown.release(stream);
          times[stream] = 0;
        } else if (what == 1) {
          int other = random.nextInt(STREAMS);
          grown.copyStream(other, stream);
          whole.copyStream(other, stream);
          times[stream] = times[other];
        } else if (what == 2) {
          times[stream] = times[stream] / 2;
        }
        int more = Math.min(MOST - times[stream], 1 + random.nextInt(7));
        grown.extend(stream, times[stream] + more);
        for (int i = 0; i < more; i++) {
          for (int head = 0; head < HEADS; head++) {
            fill(numbers, random);
            long key = numbers.address();
            grown.put(stream, head, times[stream], key, key + 4L * SIZE);
            whole.put(stream, head, times[stream], key, key + 4L * SIZE);
          }
          times[stream]++;
        }
        if (times[stream] > 0) {
          int head = random.nextInt(HEADS);
          fill(numbers, random);
          assertThat(attended(kernels, grown, stream, head, times[stream], numbers))
              .isEqualTo(attended(kernels, whole, stream, head, times[stream], numbers));
        }
      }
      long all = 8L * STREAMS * HEADS * SIZE * MOST;
      assertThat(grown.bytes()).isBetween(1L, 4 * all);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"reference", "vector"})
  void memoryIsThatOfWhatIsStored(String name) {
    try (Engine engine = Engines.open(name, 1)) {
      GrowingCache cache = new GrowingCache(engine.kernels(0).rows(), 20, HEADS, SIZE, 100_000);
      long token = 8L * HEADS * SIZE;
      assertThat(cache.bytes()).isZero();
      cache.extend(4, 100);
      assertThat(cache.bytes()).isBetween(100 * token, 200 * token);
      // What one had another takes.
      for (int stream = 5; stream < 20; stream++) {
        cache.release(stream - 1);
        cache.extend(stream, 128);
      }
      assertThat(cache.bytes()).isLessThanOrEqualTo(200 * token);
    }
  }

  private static void fill(Tensor numbers, CounterRandom random) {
    for (int i = 0; i < numbers.size(); i++) {
      numbers.set(i, random.nextGaussian());
    }
  }

  private static float[] attended(
      RowKernels kernels, AttentionCache cache, int stream, int head, int times, Tensor query) {
    Tensor scores = Tensor.zeros(DType.FLOAT32, cache.scoreRoom(MOST));
    Tensor y = Tensor.zeros(DType.FLOAT32, SIZE);
    cache.scores(scores.address(), query.address(), stream, head, times);
    float total = kernels.softmaxWeights(scores.address(), scores.address(), 0.5, times);
    cache.mix(y.address(), scores.address(), total, stream, head, times);
    return y.toFloats();
  }
}
