package dev.chainrule.text.speculation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import dev.chainrule.core.sampling.SamplingConfig;
import dev.chainrule.text.gpt.Gpt;
import dev.chainrule.text.gpt.GptConfig;
import dev.chainrule.text.model.LanguageModel;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.apache.commons.math3.distribution.ChiSquaredDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SpeculativeDecoderTest {
  private static final Engine ENGINE = Engines.open("vector", 1);
  private static final int VOCAB = 7;
  private static final int TOKENS = 100;
  private static final Gpt MODEL = random(new GptConfig(VOCAB, 60, 2, 3, 24, 0, true, false), 1);

  /** Guesses anything, and as much of it as it may. */
  private static final class Liar implements Draft {
    private final CounterRandom random;

    Liar(int stream) {
      random = CounterRandom.of(99, stream);
    }

    @Override
    public void reset() {}

    @Override
    public void feed(int token) {}

    @Override
    public int guess(long drawn, int[] into, int most) {
      for (int i = 0; i < most; i++) {
        into[i] = random.nextInt(VOCAB);
      }
      return most;
    }
  }

  static Stream<Arguments> ways() {
    SamplingConfig plain = SamplingConfig.of(17);
    return Stream.of(
            plain,
            plain.withTemperature(0),
            plain.withTemperature(0.6).withTopK(4),
            plain.withTopP(0.8))
        .flatMap(
            sampling ->
                Stream.<Map.Entry<String, IntFunction<Draft>>>of(
                        Map.entry("lookup", stream -> new LookupDraft()),
                        Map.entry("short lookup", stream -> new LookupDraft(1, 1)),
                        Map.entry("liar", Liar::new),
                        Map.entry("itself", stream -> draft(MODEL, sampling, stream)),
                        Map.entry("another", stream -> draft(other(), sampling, stream)))
                    .map(draft -> Arguments.of(sampling, draft.getKey(), draft.getValue())));
  }

  @ParameterizedTest(name = "{1}, {0}")
  @MethodSource("ways")
  void drawsWhatIsDrawnWithoutGuesses(
      SamplingConfig sampling, String name, IntFunction<Draft> drafts) {
    for (int streams : new int[] {1, 3}) {
      Generation expected;
      try (Decoder decoder = MODEL.decoder(ENGINE, streams)) {
        expected = drawn(decoder, sampling);
      }
      for (GuessBounds depth :
          List.of(new GuessBounds(0, 1), new GuessBounds(3, 5), GuessBounds.USUAL)) {
        try (SpeculativeDecoder decoder =
            new SpeculativeDecoder(MODEL.slots(ENGINE, streams, 60), drafts, depth)) {
          Generation found = drawn(decoder, sampling);
          for (int s = 0; s < streams; s++) {
            assertThat(found.sequences().get(s).elements().toInts())
                .as("%s, %d streams, %s", name, streams, depth)
                .isEqualTo(expected.sequences().get(s).elements().toInts());
            assertThat(found.sequences().get(s).logProbs())
                .isEqualTo(expected.sequences().get(s).logProbs());
          }
          Acceptance acceptance = decoder.acceptance();
          assertThat(acceptance.accepted()).isBetween(0L, acceptance.guessed());
          if (streams == 1) {
            assertThat(acceptance.steps() + acceptance.accepted()).isEqualTo(acceptance.tokens());
          }
        }
      }
    }
  }

  /** The prompt once, and then all in context and beyond it, where half of it is read again. */
  private static Generation drawn(Decoder decoder, SamplingConfig sampling) {
    Generator generator = new Generator(decoder, new CategoricalSampler(VOCAB, sampling.warpers()));
    int[] prompt = new int[20];
    for (int i = 0; i < prompt.length; i++) {
      prompt[i] = i % 5;
    }
    return generator.generate(
        Tensor.of(prompt, 1, prompt.length),
        GenerationConfig.of(TOKENS, sampling.seed()).withOverflow(ContextOverflow.keepHalf()));
  }

  @Test
  void aModelThatGuessesForItselfIsAlwaysRight() {
    SamplingConfig sampling = SamplingConfig.of(4);
    try (SpeculativeDecoder decoder =
        new SpeculativeDecoder(
            MODEL.slots(ENGINE, 1, 60),
            stream -> draft(MODEL, sampling, stream),
            new GuessBounds(2, 6))) {
      Generator generator = new Generator(decoder, new CategoricalSampler(VOCAB, List.of()));
      generator.generate(Tensor.of(new int[] {1, 2, 3}, 1, 3), GenerationConfig.of(50, 4));
      Acceptance acceptance = decoder.acceptance();
      assertThat(acceptance.guessed()).isPositive();
      // The last guesses were not asked for.
      assertThat(acceptance.guessed() - acceptance.accepted()).isLessThanOrEqualTo(6);
    }
  }

  /** Frequencies of all sequences of 4 tokens of 3 beside their probabilities. */
  @Test
  void theDistributionIsTheModels() {
    Gpt model = random(new GptConfig(3, 5, 1, 1, 8, 0, true, false), 3);
    int draws = 3000;
    Map<Integer, Integer> counts = new TreeMap<>();
    try (SpeculativeDecoder decoder =
        new SpeculativeDecoder(
            model.slots(ENGINE, 1, 5), stream -> new LookupDraft(1, 1), new GuessBounds(0, 3))) {
      Generator generator = new Generator(decoder, new CategoricalSampler(3, List.of()));
      for (int n = 0; n < draws; n++) {
        Generation one =
            generator.generate(
                Tensor.of(new int[] {1}, 1, 1), GenerationConfig.of(4, 6).withFirstStream(n));
        int code = 0;
        for (int id : one.sequences().getFirst().elements().toInts()) {
          code = 3 * code + id;
        }
        counts.merge(code, 1, Integer::sum);
      }
      assertThat(decoder.acceptance().accepted()).isPositive();
    }
    double statistic = 0;
    double total = 0;
    for (int code = 0; code < 81; code++) {
      double probability = probability(model, code);
      total += probability;
      double expected = draws * probability;
      double difference = counts.getOrDefault(code, 0) - expected;
      statistic += difference * difference / expected;
    }
    assertThat(total).isBetween(1 - 1e-5, 1 + 1e-5);
    assertThat(new ChiSquaredDistribution(80).cumulativeProbability(statistic))
        .isBetween(0.001, 0.999);
  }

  private static double probability(Gpt model, int code) {
    int[] ids = {1, code / 27, code / 9 % 3, code / 3 % 3, code % 3};
    Tape tape = Tape.evaluation(ENGINE, model.parameters());
    tape.begin();
    double[] logits = model.logits(tape, Tensor.of(ids, 1, 5)).value().toDoubles();
    double product = 1;
    for (int t = 0; t < 4; t++) {
      double sum = 0;
      for (int v = 0; v < 3; v++) {
        sum += Math.exp(logits[3 * t + v]);
      }
      product *= Math.exp(logits[3 * t + ids[t + 1]]) / sum;
    }
    return product;
  }

  @Test
  void forkedStreamsGoOnAsTheirOwn() {
    try (SpeculativeDecoder decoder =
            new SpeculativeDecoder(
                MODEL.slots(ENGINE, 2, 60),
                stream -> new LookupDraft(1, 1),
                new GuessBounds(0, 4));
        Decoder plain = MODEL.decoder(ENGINE, 2)) {
      int[] beginning = {1, 2, 1, 2, 1, 2, 1, 2, 5, 5, 5, 5};
      Tensor both = Tensor.zeros(DType.INT32, 2, 6);
      for (int i = 0; i < 12; i++) {
        both.set(i, beginning[i]);
      }
      for (Decoder each : List.of(decoder, plain)) {
        each.feedAll(both);
        each.feed(Tensor.of(new int[] {1, 5}, 2));
        each.fork(0, 1);
        each.feed(Tensor.of(new int[] {2, 3}, 2));
        each.reset(0);
        each.feed(Tensor.of(new int[] {2, 3}, 2));
        assertThat(each.position(0)).isEqualTo(1);
        assertThat(each.position(1)).isEqualTo(9);
      }
      assertThat(decoder.conditional().toFloats()).isEqualTo(plain.conditional().toFloats());
    }
  }

  /** A token that is none leaves the stream as it was. */
  @Test
  void whatIsNoTokenIsRefusedBeforeItIsRead() {
    try (SpeculativeDecoder decoder =
        new SpeculativeDecoder(MODEL.slots(ENGINE, 1, 60), Liar::new, GuessBounds.USUAL)) {
      decoder.feedAll(Tensor.of(new int[] {1, 2, 3}, 1, 3));
      float[] before = decoder.conditional().toFloats();
      for (int wrong : new int[] {-1, VOCAB}) {
        assertThatThrownBy(() -> decoder.feed(Tensor.of(new int[] {wrong}, 1)))
            .hasMessage("token id %d, expected from 0 to 6".formatted(wrong));
        assertThatThrownBy(() -> decoder.feedAll(Tensor.of(new int[] {1, wrong}, 1, 2)))
            .hasMessageContaining("token id " + wrong);
      }
      assertThat(decoder.position(0)).isEqualTo(3);
      assertThat(decoder.conditional().toFloats()).isEqualTo(before);
      decoder.feed(Tensor.of(new int[] {4}, 1));
      assertThat(decoder.position(0)).isEqualTo(4);
    }
  }

  @Test
  void misuseIsSaid() {
    assertThatThrownBy(() -> new GuessBounds(0, 15))
        .hasMessage("0 to 15 tokens guessed at once, expected from 0 to at most 14");
    assertThatThrownBy(() -> new GuessBounds(3, 2)).hasMessageContaining("3 to 2 tokens");
    assertThatThrownBy(() -> new LookupDraft(1, 2)).hasMessageContaining("looks for 2 to 1");
  }

  private static ModelDraft draft(LanguageModel model, SamplingConfig sampling, int stream) {
    return new ModelDraft(
        model.slots(ENGINE, 1, model.contextLength()),
        0,
        new CategoricalSampler(VOCAB, sampling.warpers()),
        CounterRandom.of(sampling.seed(), stream));
  }

  private static Gpt other() {
    return random(new GptConfig(VOCAB, 30, 1, 1, 8, 0, true, false), 2);
  }

  private static Gpt random(GptConfig config, long seed) {
    Gpt model = new Gpt(config);
    model.parameters().allocate(DType.FLOAT32, seed);
    CounterRandom rng = CounterRandom.of(seed);
    Tensor values = model.parameters().values();
    for (long i = 0; i < values.size(); i++) {
      values.set(i, values.get(i) + 0.3 * rng.nextGaussian());
    }
    return model;
  }
}
