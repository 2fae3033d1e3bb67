package dev.chainrule.text.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.engine.Engines;
import dev.chainrule.core.testkit.ConfigFuzz;
import dev.chainrule.core.testkit.ModelContract;
import dev.chainrule.text.model.TokenBatch;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class DecoderModelTest {
  @TestFactory
  Stream<DynamicContainer> keepsTheContract() {
    return Stream.concat(
        Tiny.architectures(3, 9).entrySet().stream().map(DecoderModelTest::contract),
        Tiny.others(3, 9).entrySet().stream().map(DecoderModelTest::contract));
  }

  private static DynamicContainer contract(Map.Entry<String, DecoderConfig> named) {
    DecoderConfig config = named.getValue();
    Stream<DynamicTest> tests =
        ModelContract.of(
                new ModelContract.Subject<>(
                    () -> new DecoderModel(config),
                    (rng, n, t) -> tokens(rng, n, t, config.vocabSize()),
                    10,
                    config.vocabSize(),
                    5,
                    (s, t) -> reaches(config, t - 1 - s)))
            .tests();
    return DynamicContainer.dynamicContainer(named.getKey(), tests);
  }

  /** Whether so many tokens before the last one are seen, through all layers. */
  private static boolean reaches(DecoderConfig config, int distance) {
    int reach = 0;
    for (int layer = 0; layer < config.numLayers(); layer++) {
      reach += config.window(layer) == 0 ? config.contextLength() : config.window(layer) - 1;
    }
    return distance <= reach;
  }

  private static TokenBatch tokens(RandomGenerator rng, int sequences, int length, int vocabSize) {
    int[] ids = rng.ints((long) sequences * length, 0, vocabSize).toArray();
    return new TokenBatch(Tensor.of(ids, sequences, length));
  }

  @Test
  void rotatedScoresDependOnDistanceAlone() {
    // One layer without a mask of its own: the same tokens later in the sequence, with all before
    // them hidden by the window, have the same logits.
    DecoderConfig config = Tiny.architectures(5, 32).get("mistral");
    DecoderModel model = new DecoderModel(config);
    model.parameters().allocate(DType.FLOAT64, 3);
    int[] ids = new int[24];
    for (int i = 0; i < 12; i++) {
      ids[i] = i % 5;
      ids[12 + i] = i % 5;
    }
    Tape tape = Tape.evaluation(Engines.open("reference", 1), model.parameters());
    tape.begin();
    double[] logits = model.logits(tape, Tensor.of(ids, 1, 24)).value().toDoubles();
    for (int t = 5; t < 12; t++) {
      for (int v = 0; v < 5; v++) {
        assertThat(logits[(12 + t) * 5 + v]).isCloseTo(logits[t * 5 + v], within(1e-6));
      }
    }
  }

  @Test
  void frequenciesAreThoseOfThePapers() {
    assertThat(Rotary.of(10_000).frequencies(8)).containsExactly(1f, 0.1f, 0.01f, 0.001f);
    Rotary linear = new Rotary(10_000, Rotary.Scaling.linear(4));
    assertThat(linear.frequencies(4)).containsExactly(0.25f, 0.0025f);
    // Waves of 6.3, 63, 628 and 6283 positions; 16 is the shortest to be changed, 64 the first
    // slow.
    Rotary llama3 = new Rotary(10_000, Rotary.Scaling.llama3(8, 1, 4, 64));
    float[] scaled = llama3.frequencies(8);
    double fast = (64 / (2 * Math.PI / 0.1) - 1) / 3;
    assertThat(scaled[0]).isEqualTo(1f);
    assertThat(scaled[1]).isCloseTo((float) ((1 - fast) * 0.1 / 8 + fast * 0.1), within(1e-8f));
    assertThat(scaled[2]).isCloseTo(0.01f / 8, within(1e-9f));
    assertThat(scaled[3]).isCloseTo(0.001f / 8, within(1e-10f));
  }

  @Test
  void namesAreTheSameForAll() {
    DecoderModel model = new DecoderModel(Tiny.architectures(5, 7).get("gemma3"));
    assertThat(model.parameters().all())
        .extracting(p -> p.name() + " " + List.of(p.dim(0), p.shape().length))
        .startsWith(
            "embed.weight [5, 2]",
            "layers.0.attn_norm.weight [8, 1]",
            "layers.0.q.weight [12, 2]",
            "layers.0.k.weight [6, 2]",
            "layers.0.v.weight [6, 2]",
            "layers.0.q_norm.weight [6, 1]",
            "layers.0.k_norm.weight [6, 1]",
            "layers.0.o.weight [8, 2]",
            "layers.0.post_attn_norm.weight [8, 1]",
            "layers.0.mlp_norm.weight [8, 1]",
            "layers.0.gate.weight [12, 2]",
            "layers.0.up.weight [12, 2]",
            "layers.0.down.weight [8, 2]",
            "layers.0.post_mlp_norm.weight [8, 1]")
        .endsWith("norm.weight [8, 1]");
  }

  @Test
  void configurationsThatCannotBeAreRefused() {
    DecoderConfig good = Tiny.architectures(5, 7).get("llama");
    assertThat(good.window(1)).isZero();
    assertThatThrownBy(() -> Rotary.of(-1)).hasMessageContaining("base -1.0");
    assertThatThrownBy(() -> DecoderConfig.Norm.rms(2)).hasMessageContaining("epsilon 2.0");
    assertThatThrownBy(() -> Rotary.Scaling.linear(0)).hasMessageContaining("factor 0.0");
    assertThatThrownBy(() -> Rotary.Scaling.llama3(8, 4, 1, 8192))
        .hasMessageContaining("low_frequency_factor 4.0");
    assertThatThrownBy(() -> Rotary.Scaling.factors(List.of())).hasMessageContaining("FACTORS");
  }

  @Test
  void brokenConfigurations() {
    DecoderConfig config = Tiny.architectures(59, 16).get("gemma3");
    ConfigFuzz.run("decoder-config", config, DecoderConfig.class, DecoderModel::new);
  }
}
