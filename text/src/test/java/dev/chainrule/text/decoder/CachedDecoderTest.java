package dev.chainrule.text.decoder;

import static dev.chainrule.text.decoder.DecoderConfigs.GEMMA;
import static dev.chainrule.text.decoder.DecoderConfigs.GPT2;
import static dev.chainrule.text.decoder.DecoderConfigs.LARGE;
import static dev.chainrule.text.decoder.DecoderConfigs.LLAMA;
import static dev.chainrule.text.decoder.DecoderConfigs.MISTRAL;
import static dev.chainrule.text.decoder.DecoderConfigs.SMOL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.engine.Engines;
import dev.chainrule.core.kernel.CacheFormat;
import dev.chainrule.core.kernel.GateFunction;
import dev.chainrule.core.model.Decoder;
import dev.chainrule.core.nn.transformer.DecoderWeights;
import dev.chainrule.core.quant.BlockFormat;
import dev.chainrule.core.quant.BlockMatrix;
import dev.chainrule.text.decoder.DecoderConfig.Biases;
import dev.chainrule.text.decoder.DecoderConfig.Norm;
import dev.chainrule.text.decoder.DecoderConfig.Positions;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class CachedDecoderTest {
  private static final Engine VECTOR = Engines.open("vector", 1);

  static Stream<DecoderConfig> configs() {
    return Stream.of(LLAMA, GPT2, GEMMA, SMOL, MISTRAL);
  }

  @ParameterizedTest
  @MethodSource("configs")
  void logitsAgreeWithTeacherForcingOnEveryEngine(DecoderConfig config) {
    DecoderModel model = model(config, 0.15);
    int length = config.contextLength();
    int vocab = config.vocabSize();
    Tensor ids = tokens(config, 3, length);
    double[] expected = teacherForced(model, ids);
    for (String name : List.of("vector", "reference", "nd4j")) {
      try (Engine engine = Engines.open(name, 1);
          Decoder decoder = model.decoder(engine, 3)) {
        assertThat(decoder).isInstanceOf(CachedDecoder.class);
        for (int t = 0; t < length; t++) {
          decoder.feed(column(ids, t));
          for (int s = 0; s < 3; s++) {
            int at = (s * length + t) * vocab;
            assertThat(decoder.conditional().slice(s, s + 1).toDoubles())
                .as("%s, token %d", name, t)
                .containsExactly(Arrays.copyOfRange(expected, at, at + vocab), within(1e-4));
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("configs")
  void streamsAndFeedingManyAtOnceChangeNothing(DecoderConfig config) {
    threadsStreamsAndChunks(model(config, 0.15), new int[] {1});
  }

  @Test
  void threadsChangeNothing() {
    threadsStreamsAndChunks(model(LARGE, 0.03), new int[] {1, 2, 3});
  }

  private static void threadsStreamsAndChunks(DecoderModel model, int[] threads) {
    DecoderConfig config = model.config();
    int length = config.contextLength();
    Tensor ids = tokens(config, 5, length);
    float[][] expected = new float[5][];
    for (int s = 0; s < 5; s++) {
      try (Decoder decoder = model.decoder(VECTOR, 1)) {
        for (int t = 0; t < length; t++) {
          decoder.feed(Tensor.of(new int[] {ids.getInt((long) s * length + t)}, 1));
        }
        expected[s] = decoder.conditional().toFloats();
      }
    }
    for (int count : threads) {
      try (Engine engine = Engines.open("vector", count);
          Decoder decoder = model.decoder(engine, 5)) {
        for (int split : new int[] {0, 1, 4, 15}) {
          decoder.reset();
          feed(decoder, ids, 0, split);
          for (int from = split; from < length; from += 15) {
            feed(decoder, ids, from, Math.min(from + 15, length));
          }
          for (int s = 0; s < 5; s++) {
            assertThat(decoder.conditional().slice(s, s + 1).toFloats())
                .as("%d threads, split at %d, stream %d", count, split, s)
                .isEqualTo(expected[s]);
          }
        }
      }
      // Of few rows a team's threads take some outputs as they come.
      try (Engine engine = Engines.open("vector", count);
          Decoder decoder = model.decoder(engine, 1)) {
        for (int s = 0; s < 3; s++) {
          decoder.reset();
          for (int t = 0; t < length; t++) {
            decoder.feed(Tensor.of(new int[] {ids.getInt((long) s * length + t)}, 1));
          }
          assertThat(decoder.conditional().toFloats())
              .as("%d threads, stream %d alone", count, s)
              .isEqualTo(expected[s]);
        }
      }
    }
  }

  /** Steps of many elements have matrix products, which add in another order. */
  @Test
  void aPromptIsReadAsItsTokensAre() {
    for (DecoderConfig each : List.of(LARGE, LLAMA, GPT2, GEMMA, SMOL, MISTRAL)) {
      DecoderModel model = model(each, 0.05);
      int length = each.contextLength();
      Tensor ids = tokens(each, 5, length);
      double[] expected = teacherForced(model, ids);
      float[] first = null;
      for (int threads : new int[] {1, 2, 3}) {
        try (Engine engine = Engines.open("vector", threads);
            Decoder decoder = model.decoder(engine, 5)) {
          feed(decoder, ids, 0, 3);
          feed(decoder, ids, 3, length);
          float[] logits = decoder.conditional().toFloats();
          for (int s = 0; s < 5; s++) {
            int at = ((s + 1) * length - 1) * each.vocabSize();
            assertThat(decoder.conditional().slice(s, s + 1).toDoubles())
                .as("%s, %d threads, stream %d", each, threads, s)
                .containsExactly(
                    Arrays.copyOfRange(expected, at, at + each.vocabSize()), within(1e-4));
          }
          first = first == null ? logits : first;
          assertThat(logits).as("%s, %d threads", each, threads).isEqualTo(first);
        }
      }
    }
  }

  /**
   * Logits of the end of a text by each format of keys and values, and the bound that is stated.
   */
  @Test
  void keysAndValuesMayBeRounded() {
    DecoderModel model = model(GEMMA, 0.15);
    Tensor ids = tokens(GEMMA, 1, GEMMA.contextLength());
    float[] exact = logits(model, ids, CacheFormat.FLOAT32);
    float[] half = logits(model, ids, CacheFormat.FLOAT16);
    float[] bytes = logits(model, ids, CacheFormat.Q8_0);
    assertThat(distance(half, exact)).isGreaterThan(0).isLessThan(5e-3);
    assertThat(distance(bytes, exact)).isGreaterThan(0).isLessThan(5e-2);
  }

  private static float[] logits(DecoderModel model, Tensor ids, CacheFormat format) {
    try (CachedDecoder decoder = model.decoder(VECTOR, 1, format)) {
      decoder.feedAll(ids);
      return decoder.conditional().toFloats();
    }
  }

  private static double distance(float[] a, float[] b) {
    double most = 0;
    for (int i = 0; i < a.length; i++) {
      most = Math.max(most, Math.abs(a[i] - b[i]));
    }
    return most;
  }

  /** A model of blocks gives what the same numbers as floats give, but for rounded inputs. */
  @ParameterizedTest
  @EnumSource(
      value = BlockFormat.class,
      names = {"Q2_K", "Q3_K"},
      mode = EnumSource.Mode.EXCLUDE)
  void weightsAreUsedAsTheyLieInBlocks(BlockFormat format) {
    DecoderConfig config =
        new DecoderConfig(
            70,
            20,
            2,
            256,
            512,
            4,
            2,
            64,
            Norm.rms(1e-5),
            Positions.rotary(Rotary.of(10_000)),
            GateFunction.SILU,
            true,
            Biases.NONE,
            false,
            false,
            List.of(),
            1,
            0,
            0,
            1,
            true,
            0);
    DecoderModel model = model(config, 0.03);
    Map<String, BlockMatrix> blocks = new HashMap<>();
    Map<String, Tensor> views = model.parameters().views(model.parameters().values());
    views.forEach(
        (name, weight) -> {
          if (weight.rank() == 2) {
            BlockMatrix rounded = BlockMatrix.of(weight, format);
            blocks.put(name, rounded);
            float[] row = new float[rounded.columns()];
            for (int r = 0; r < rounded.rows(); r++) {
              rounded.row(r, row, 0);
              weight.write((long) r * row.length, row, 0, row.length);
            }
          }
        });
    DecoderWeights plain = DecoderWeights.of(model.parameters());
    DecoderWeights weights =
        new DecoderWeights() {
          @Override
          public boolean has(String name) {
            return plain.has(name);
          }

          @Override
          public BlockMatrix matrix(String name) {
            return blocks.get(name);
          }

          @Override
          public Tensor vector(String name) {
            return plain.vector(name);
          }
        };
    Tensor ids = tokens(config, 2, config.contextLength());
    double[] expected = teacherForced(model, ids);
    boolean rounds = format.name().matches("Q[456].*");
    for (String name : List.of("vector", "reference")) {
      try (Engine engine = Engines.open(name, 1);
          CachedDecoder decoder =
              new CachedDecoder(config, weights, CacheFormat.FLOAT32, 2, 20, engine)) {
        float[] stepwise = null;
        for (int t = 0; t < 20; t++) {
          decoder.feed(column(ids, t));
        }
        stepwise = decoder.conditional().toFloats();
        double bound = rounds && name.equals("vector") ? 3e-2 : 1e-4;
        for (int s = 0; s < 2; s++) {
          int at = (s * 20 + 19) * 70;
          for (int i = 0; i < 70; i++) {
            assertThat((double) stepwise[s * 70 + i])
                .as("%s on %s", format, name)
                .isEqualTo(expected[at + i], within(bound));
          }
        }
        decoder.reset();
        decoder.feedAll(ids);
        // A last bit may move a rounded input by a whole code, and where the processor multiplies
        // bfloat16 the factors of products with codes are rounded to it.
        float rounding = rounds ? 6e-2f : format.elements() > 1 ? 1e-2f : 2e-5f;
        float apart = name.equals("vector") ? rounding : 2e-5f;
        float[] atOnce = decoder.conditional().toFloats();
        for (int i = 0; i < atOnce.length; i++) {
          assertThat(atOnce[i]).as("%s on %s", format, name).isEqualTo(stepwise[i], within(apart));
        }
      }
    }
  }

  @Test
  void aStepAllocatesNothing() {
    DecoderModel model = model(GEMMA, 0.15);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    for (CacheFormat format : CacheFormat.values()) {
      try (CachedDecoder decoder = model.decoder(VECTOR, 2, format)) {
        Tensor next = Tensor.of(new int[] {1, 2}, 2);
        long perRound = Long.MAX_VALUE;
        // Compiled code replaces vectors by registers; until then they are objects.
        for (int round = 0; round < 400 && perRound > 0; round++) {
          decoder.reset();
          long before = threads.getTotalThreadAllocatedBytes();
          for (int t = 0; t < 70; t++) {
            decoder.feed(next);
          }
          perRound = threads.getTotalThreadAllocatedBytes() - before;
        }
        assertThat(perRound).as("bytes in 70 steps, %s", format).isZero();
      }
    }
  }

  @Test
  void forkedStreamsGoOnAlone() {
    DecoderModel model = model(SMOL, 0.15);
    Tensor prefix = tokens(SMOL, 1, 70);
    int[] both = new int[140];
    for (int t = 0; t < 70; t++) {
      both[t] = prefix.getInt(t);
      both[70 + t] = 1;
    }
    try (Decoder decoder = model.decoder(VECTOR, 2);
        Decoder alone = model.decoder(VECTOR, 1)) {
      decoder.feedAll(Tensor.of(both, 2, 70));
      decoder.fork(0, 1);
      alone.feedAll(prefix);
      assertThat(decoder.position(1)).isEqualTo(70);
      assertThat(decoder.conditional().slice(1, 2).toFloats())
          .isEqualTo(alone.conditional().toFloats());
      decoder.feed(Tensor.of(new int[] {3, 4}, 2));
      alone.feed(Tensor.of(new int[] {4}, 1));
      float[] expected = alone.conditional().toFloats();
      assertThat(decoder.conditional().slice(1, 2).toFloats()).isEqualTo(expected);
      assertThat(decoder.conditional().slice(0, 1).toFloats()).isNotEqualTo(expected);
    }
  }

  @Test
  void misuseIsSaid() {
    DecoderModel model = model(MISTRAL, 0.1);
    try (Decoder decoder = model.decoder(VECTOR, 1)) {
      assertThatThrownBy(decoder::conditional).hasMessageContaining("no token was fed");
      Tensor many = Tensor.of(new int[71], 1, 71);
      assertThatThrownBy(() -> decoder.feedAll(many))
          .hasMessage("71 tokens after 0, expected at most the context length 70 in all");
      assertThatThrownBy(() -> decoder.feed(Tensor.of(new int[] {29}, 1)))
          .hasMessageContaining("token id 29, expected from 0 to 28");
      assertThatThrownBy(() -> decoder.feed(Tensor.of(new int[2], 2)))
          .hasMessageContaining("expected int32 of 1 streams");
    }
    assertThatThrownBy(() -> model.decoder(VECTOR, 0)).hasMessageContaining("0 streams");
  }

  private static double[] teacherForced(DecoderModel model, Tensor ids) {
    Tape tape = Tape.evaluation(VECTOR, model.parameters());
    tape.begin();
    return model.logits(tape, ids).value().toDoubles();
  }

  private static DecoderModel model(DecoderConfig config, double spread) {
    DecoderModel model = new DecoderModel(config);
    model.parameters().allocate(DType.FLOAT32, 1);
    CounterRandom rng = CounterRandom.of(2);
    Tensor values = model.parameters().values();
    // Larger than at initialisation, so that every path carries weight; gains and biases too.
    for (long i = 0; i < values.size(); i++) {
      values.set(i, values.get(i) + spread * rng.nextGaussian());
    }
    return model;
  }

  private static Tensor tokens(DecoderConfig config, int streams, int length) {
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
