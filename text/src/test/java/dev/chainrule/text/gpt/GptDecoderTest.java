package dev.chainrule.text.gpt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import dev.chainrule.base.distribution.Categorical;
import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.engine.Engines;
import dev.chainrule.core.model.Decoder;
import dev.chainrule.core.sampling.CategoricalSampler;
import dev.chainrule.core.sampling.ContextOverflow;
import dev.chainrule.core.sampling.Generation;
import dev.chainrule.core.sampling.GenerationConfig;
import dev.chainrule.core.sampling.Generator;
import dev.chainrule.core.sampling.Warper;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GptDecoderTest {
  private static final Engine VECTOR = Engines.open("vector", 1);

  /** Widths on both sides of vector lengths, heads that fill no vector, biases, tying. */
  static Stream<GptConfig> configs() {
    return Stream.of(
        new GptConfig(65, 40, 2, 4, 64, 0, false, true),
        new GptConfig(33, 70, 2, 3, 60, 0, true, false),
        new GptConfig(130, 17, 1, 1, 7, 0.1, true, true),
        new GptConfig(5, 9, 3, 2, 72, 0, false, false));
  }

  @ParameterizedTest
  @MethodSource("configs")
  void logitsAgreeWithTeacherForcing(GptConfig config) {
    Gpt model = model(config);
    for (int streams : new int[] {1, 3, 4, 6}) {
      Tensor ids = tokens(config, streams, config.contextLength());
      Tape tape = Tape.evaluation(Engines.open("vector", 1), model.parameters());
      tape.begin();
      double[] expected = model.logits(tape, ids).value().toDoubles();
      int vocab = config.vocabSize();
      try (Decoder decoder = model.decoder(VECTOR, streams)) {
        for (int t = 0; t < config.contextLength(); t++) {
          decoder.feed(column(ids, t));
          for (int s = 0; s < streams; s++) {
            int at = (s * config.contextLength() + t) * vocab;
            assertThat(Arrays.copyOf(decoder.conditional().slice(s, s + 1).toDoubles(), vocab))
                .containsExactly(Arrays.copyOfRange(expected, at, at + vocab), within(1e-4));
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("configs")
  void threadsStreamsAndFeedingManyAtOnceChangeNothing(GptConfig config) {
    Gpt model = model(config);
    int length = config.contextLength();
    Tensor ids = tokens(config, 5, length);
    float[][] expected = new float[5][];
    for (int s = 0; s < 5; s++) {
      try (Decoder decoder = model.decoder(Engines.open("vector", 1), 1)) {
        for (int t = 0; t < length; t++) {
          decoder.feed(Tensor.of(new int[] {ids.getInt((long) s * length + t)}, 1));
        }
        expected[s] = decoder.conditional().toFloats();
      }
    }
    for (int threads : new int[] {1, 2, 3, 8}) {
      try (Decoder decoder = model.decoder(Engines.open("vector", threads), 5)) {
        for (int split : new int[] {0, 1, length / 2}) {
          decoder.reset();
          // Longer pieces have matrix products, which add in another order.
          int first = split % 16;
          feed(decoder, ids, 0, first);
          for (int from = first; from < length; from += 15) {
            feed(decoder, ids, from, Math.min(length, from + 15));
          }
          for (int s = 0; s < 5; s++) {
            assertThat(decoder.conditional().slice(s, s + 1).toFloats()).isEqualTo(expected[s]);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("configs")
  void aPromptIsTheSameForAnyNumberOfStreams(GptConfig config) {
    Gpt model = model(config);
    int length = config.contextLength();
    Tensor ids = tokens(config, 5, length);
    float[] together;
    try (Decoder decoder = model.decoder(Engines.open("vector", 2), 5)) {
      decoder.feedAll(ids);
      together = decoder.conditional().toFloats();
    }
    try (Decoder decoder = model.decoder(VECTOR, 1);
        Decoder alike = model.decoder(VECTOR, 3)) {
      for (int s = 0; s < 5; s++) {
        int at = s * length;
        int[] one = Arrays.copyOfRange(ids.toInts(), at, at + length);
        decoder.reset();
        decoder.feedAll(Tensor.of(one, 1, length));
        float[] alone = decoder.conditional().toFloats();
        int vocab = config.vocabSize();
        assertThat(Arrays.copyOfRange(together, s * vocab, (s + 1) * vocab)).isEqualTo(alone);
        int[] three = new int[3 * length];
        Arrays.setAll(three, i -> one[i % length]);
        alike.reset();
        alike.feedAll(Tensor.of(three, 3, length));
        assertThat(alike.conditional().slice(2, 3).toFloats()).isEqualTo(alone);
      }
    }
  }

  @Test
  void aStepAllocatesNothing() {
    GptConfig config = new GptConfig(65, 64, 2, 4, 64, 0, true, true);
    Gpt model = model(config);
    CategoricalSampler sampler =
        new CategoricalSampler(
            65, List.of(Warper.temperature(0.8), Warper.topK(40), Warper.topP(0.9)));
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    for (int count : new int[] {1, 2}) {
      try (Decoder decoder = model.decoder(Engines.open("vector", count), 2)) {
        Tensor next = Tensor.of(new int[] {1, 2}, 2);
        float[] row = new float[65];
        double[] element = new double[1];
        CounterRandom rng = CounterRandom.of(1);
        long perRound = Long.MAX_VALUE;
        // Compiled code replaces vectors by registers; until then they are objects.
        for (int round = 0; round < 400 && perRound > 0; round++) {
          decoder.reset();
          long before = threads.getTotalThreadAllocatedBytes();
          for (int t = 0; t < 64; t++) {
            decoder.feed(next);
            sampler.sample(row, rng, element);
          }
          perRound = threads.getTotalThreadAllocatedBytes() - before;
        }
        assertThat(perRound).as("bytes in 64 steps of %d threads", count).isZero();
      }
    }
  }

  @Test
  void generationGoesOnBeyondTheContext() {
    GptConfig config = new GptConfig(20, 8, 2, 2, 16, 0, true, false);
    Gpt model = model(config);
    try (Decoder decoder = model.decoder(Engines.open("vector", 1), 1)) {
      Generation.Sequence sequence =
          new Generator(decoder, new CategoricalSampler(20, List.of()))
              .generate(
                  Tensor.of(new int[] {3, 4}, 1, 2),
                  GenerationConfig.of(30, 1).withOverflow(ContextOverflow.keepAll()))
              .sequences()
              .get(0);
      int[] all = new int[32];
      all[0] = 3;
      all[1] = 4;
      System.arraycopy(sequence.elements().toInts(), 0, all, 2, 30);
      for (int t = 2; t < 32; t++) {
        int[] window = Arrays.copyOfRange(all, Math.max(0, t - 8), t);
        decoder.reset();
        decoder.feedAll(Tensor.of(window, 1, window.length));
        float[] logits = decoder.conditional().toFloats();
        double logProb = new Categorical(logits).logProb(all[t]);
        assertThat(sequence.logProbs()[t - 2]).isCloseTo(logProb, within(1e-14));
      }
    }
  }

  @Test
  void aDecoderKeepsTheWeightsThatItWasMadeWith() {
    Gpt model = model(new GptConfig(20, 8, 1, 2, 16, 0, true, false));
    try (Decoder decoder = model.decoder(VECTOR, 1);
        Decoder other = model.decoder(VECTOR, 1)) {
      Tensor tokens = Tensor.of(new int[] {1, 2, 3}, 1, 3);
      decoder.feedAll(tokens);
      float[] before = decoder.conditional().toFloats();
      Tensor values = model.parameters().values();
      for (long i = 0; i < values.size(); i++) {
        values.set(i, 1.1 * values.get(i));
      }
      decoder.reset();
      decoder.feedAll(tokens);
      other.feedAll(tokens);
      assertThat(decoder.conditional().toFloats()).isEqualTo(before);
      assertThat(other.conditional().toFloats()).isEqualTo(before);
      try (Decoder fresh = model.decoder(VECTOR, 1)) {
        fresh.feedAll(tokens);
        assertThat(fresh.conditional().toFloats()).isNotEqualTo(before);
      }
    }
  }

  @Test
  void misuseIsSaid() {
    Gpt model = model(new GptConfig(20, 3, 1, 2, 16, 0, true, false));
    try (Decoder decoder = model.decoder(VECTOR, 1)) {
      assertThatThrownBy(decoder::conditional).hasMessageContaining("no token was fed");
      Tensor four = Tensor.of(new int[4], 1, 4);
      assertThatThrownBy(() -> decoder.feedAll(four))
          .hasMessage("4 tokens after 0, expected at most the context length 3 in all");
      decoder.feedAll(Tensor.of(new int[3], 1, 3));
      assertThatThrownBy(() -> decoder.feed(Tensor.of(new int[1], 1)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("1 tokens after 3");
      decoder.reset();
      assertThatThrownBy(() -> decoder.feed(Tensor.of(new int[] {20}, 1)))
          .hasMessageContaining("token id 20, expected from 0 to 19");
      assertThatThrownBy(() -> decoder.feed(Tensor.of(new int[2], 2)))
          .hasMessageContaining("expected int32 of 1 streams");
    }
    assertThatThrownBy(() -> model.decoder(VECTOR, 0)).hasMessageContaining("0 streams");
  }

  private static Gpt model(GptConfig config) {
    Gpt model = new Gpt(config);
    model.parameters().allocate(DType.FLOAT32, 1);
    CounterRandom rng = CounterRandom.of(2);
    Tensor values = model.parameters().values();
    // Larger than at initialisation, so that every path carries weight; biases too.
    for (long i = 0; i < values.size(); i++) {
      values.set(i, values.get(i) + 0.15 * rng.nextGaussian());
    }
    return model;
  }

  private static Tensor tokens(GptConfig config, int streams, int length) {
    CounterRandom rng = CounterRandom.of(3);
    int[] ids = new int[streams * length];
    Arrays.setAll(ids, i -> rng.nextInt(config.vocabSize()));
    return Tensor.of(ids, streams, length);
  }

  private static Tensor column(Tensor ids, int t) {
    int[] column = new int[ids.dim(0)];
    Arrays.setAll(column, s -> ids.getInt((long) s * ids.dim(1) + t));
    return Tensor.of(column, column.length);
  }

  /** Feeds some columns of ids at once. */
  private static void feed(Decoder decoder, Tensor ids, int from, int to) {
    int streams = ids.dim(0);
    int n = to - from;
    if (n == 0) {
      return;
    }
    int[] part = new int[streams * n];
    Arrays.setAll(part, i -> ids.getInt((long) (i / n) * ids.dim(1) + from + i % n));
    decoder.feedAll(Tensor.of(part, streams, n));
  }
}
