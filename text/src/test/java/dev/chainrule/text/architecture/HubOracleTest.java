package dev.chainrule.text.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.chainrule.base.io.Json;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.engine.Engines;
import dev.chainrule.core.kernel.CacheFormat;
import dev.chainrule.core.model.Decoder;
import dev.chainrule.core.sampling.BeamSearch;
import dev.chainrule.core.sampling.CategoricalSampler;
import dev.chainrule.core.sampling.GenerationConfig;
import dev.chainrule.core.sampling.Generator;
import dev.chainrule.core.sampling.Past;
import dev.chainrule.core.sampling.Penalties;
import dev.chainrule.core.sampling.Sampler;
import dev.chainrule.core.sampling.SamplingConfig;
import dev.chainrule.text.decoder.CachedDecoder;
import dev.chainrule.text.decoder.DecoderModel;
import dev.chainrule.text.model.TokenBatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/** Random models of transformers 5: logits, likelihoods and greedy continuations are its own. */
class HubOracleTest {
  private static final List<String> MODELS =
      List.of(
          "gpt2",
          "llama-gqa",
          "llama-tied-theta",
          "mistral-sliding",
          "qwen2-bias",
          "llama3-rope-scaling",
          "qwen3-qk-norm",
          "gemma3-text",
          "smollm3-nope");

  @TestFactory
  Stream<DynamicTest> agreesWithTransformers() {
    return MODELS.stream().map(name -> dynamicTest(name, () -> check(folder(name))));
  }

  /** Written and read again, by our own names for theirs. */
  @TestFactory
  Stream<DynamicTest> isWrittenAsItWas() {
    return MODELS.stream().map(name -> dynamicTest(name, () -> rewrite(folder(name))));
  }

  private static Path folder(String name) {
    String data = System.getenv("CHAINRULE_DATA");
    assumeTrue(data != null, "CHAINRULE_DATA is not set");
    Path folder = Path.of(data).resolveSibling("oracles").resolve("hf").resolve(name);
    assumeTrue(Files.exists(folder), folder + " is not there");
    return folder;
  }

  private static void check(Path folder) throws IOException {
    JsonNode oracle = Json.read(folder.resolve("oracle.json"), JsonNode.class);
    try (ForeignModel foreign = ForeignModel.open(folder)) {
      DecoderModel model = foreign.load();
      for (String engine : List.of("reference", "vector")) {
        try (Engine opened = Engines.open(engine, 1)) {
          check(model, opened, oracle);
          checkDecoder(foreign, opened, oracle);
          checkBeams(foreign, opened, oracle, model.vocabSize());
          checkPenalties(foreign, opened, oracle, model.vocabSize());
        }
      }
    }
  }

  /** With a cache, from the weights as they are stored. */
  private static void checkDecoder(ForeignModel foreign, Engine engine, JsonNode oracle) {
    int[][] ids = rows(oracle.path("input_ids"));
    for (int row = 0; row < ids.length; row++) {
      int length = ids[row].length;
      try (CachedDecoder decoder = foreign.decoder(engine, 1, CacheFormat.FLOAT32, length)) {
        decoder.feedAll(Tensor.of(ids[row], 1, length));
        assertThat(decoder.conditional().toFloats())
            .as("%s, decoder's logits", engine.name())
            .containsExactly(floats(oracle.path("logits_last_position").path(row)), within(1e-4f));
      }
    }
  }

  private static void check(DecoderModel model, Engine engine, JsonNode oracle) {
    int[][] ids = rows(oracle.path("input_ids"));
    int vocab = model.vocabSize();
    Tape tape = Tape.evaluation(engine, model.parameters());
    for (int row = 0; row < ids.length; row++) {
      int length = ids[row].length;
      tape.begin();
      float[] logits = model.logits(tape, Tensor.of(ids[row], 1, length)).value().toFloats();
      float[] last = new float[vocab];
      System.arraycopy(logits, (length - 1) * vocab, last, 0, vocab);
      assertThat(last)
          .as("%s, last logits", engine.name())
          .containsExactly(floats(oracle.path("logits_last_position").path(row)), within(1e-4f));
      if (row == 0) {
        assertThat(logits)
            .as("%s, all logits", engine.name())
            .containsExactly(floats(oracle.path("logits_row0_all_positions")), within(1e-4f));
      }
      tape.begin();
      TokenBatch batch = new TokenBatch(Tensor.of(ids[row], 1, length));
      assertThat(model.nll(tape, batch).value().toFloats())
          .as("%s, nats", engine.name())
          .containsExactly(floats(oracle.path("nll_nats_per_token").path(row)), within(1e-4f));
    }
    int[] prompt = ints(oracle.path("prompt"));
    int[] greedy = ints(oracle.path("greedy_24"));
    CategoricalSampler sampler = new CategoricalSampler(vocab, SamplingConfig.greedy().warpers());
    int[] drawn = drawn(model.decoder(engine, 1), sampler, prompt, greedy.length - prompt.length);
    assertThat(drawn)
        .as("%s, greedy", engine.name())
        .isEqualTo(Arrays.copyOfRange(greedy, prompt.length, greedy.length));
  }

  private static void checkBeams(ForeignModel foreign, Engine engine, JsonNode oracle, int v) {
    checkBeams(foreign, engine, oracle, v, "beam4_lp1", 4, 1, false);
    checkBeams(foreign, engine, oracle, v, "beam3_lp2_early", 3, 2, true);
  }

  private static void checkBeams(
      ForeignModel foreign,
      Engine engine,
      JsonNode oracle,
      int v,
      String name,
      int beams,
      double lengthPenalty,
      boolean early) {
    int[] prompt = ints(oracle.path("prompt"));
    JsonNode expected = oracle.path(name);
    BeamSearch.Config config = BeamSearch.Config.of(beams, 12, lengthPenalty, early, Set.of(2));
    try (Decoder decoder =
        foreign.decoder(engine, beams, CacheFormat.FLOAT32, prompt.length + 12)) {
      List<BeamSearch.Beam> found = BeamSearch.search(decoder, v, prompt, config);
      for (int i = 0; i < found.size(); i++) {
        int[] sequence = ints(expected.path("sequences").path(i));
        int[] wanted = Arrays.copyOfRange(sequence, prompt.length, sequence.length);
        // Rows are padded to the longest by class 0.
        assertThat(Arrays.copyOf(found.get(i).elements(), wanted.length))
            .as(name)
            .isEqualTo(wanted);
        assertThat(found.get(i).score())
            .isCloseTo(expected.path("scores").path(i).asDouble(), within(1e-4));
      }
      assertThat(found).hasSize(expected.path("scores").size());
    }
  }

  private static void checkPenalties(ForeignModel foreign, Engine engine, JsonNode oracle, int v) {
    int[] prompt = ints(oracle.path("prompt"));
    int[] expected = ints(oracle.path("greedy_repetition_penalty_1.3_no_repeat_ngram_3"));
    SamplingConfig config =
        SamplingConfig.greedy().withPenalties(new Penalties(Map.of(), 1.3, 0, 0, 3, List.of()));
    Sampler sampler = new CategoricalSampler(v, config.warpers(), new Past(v, prompt));
    try (Decoder decoder = foreign.decoder(engine, 1, CacheFormat.FLOAT32, expected.length)) {
      int[] drawn = drawn(decoder, sampler, prompt, expected.length - prompt.length);
      assertThat(drawn)
          .as("%s, penalties", engine.name())
          .isEqualTo(Arrays.copyOfRange(expected, prompt.length, expected.length));
    }
  }

  private static int[] drawn(Decoder decoder, Sampler sampler, int[] prompt, int count) {
    return new Generator(decoder, sampler)
        .generate(Tensor.of(prompt, 1, prompt.length), GenerationConfig.of(count, 0))
        .sequences()
        .getFirst()
        .elements()
        .toInts();
  }

  private static void rewrite(Path folder) throws IOException {
    Path copy = Files.createTempDirectory("hub").resolve("copy");
    try (ForeignModel foreign = ForeignModel.open(folder)) {
      HubExport.write(foreign.load(), copy, Map.of());
      assertThat(HubExport.architecture(foreign.config())).isEqualTo(foreign.architecture());
    }
    check(copyOracle(folder, copy));
  }

  private static Path copyOracle(Path folder, Path copy) throws IOException {
    Files.copy(folder.resolve("oracle.json"), copy.resolve("oracle.json"));
    return copy;
  }

  private static int[] ints(JsonNode array) {
    int[] numbers = new int[array.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = array.get(i).asInt();
    }
    return numbers;
  }

  private static int[][] rows(JsonNode array) {
    List<int[]> rows = new ArrayList<>();
    array.forEach(row -> rows.add(ints(row)));
    return rows.toArray(int[][]::new);
  }

  private static float[] floats(JsonNode array) {
    List<Float> numbers = new ArrayList<>();
    collect(array, numbers);
    float[] floats = new float[numbers.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = numbers.get(i);
    }
    return floats;
  }

  private static void collect(JsonNode node, List<Float> numbers) {
    if (node.isArray()) {
      node.forEach(element -> collect(element, numbers));
    } else {
      numbers.add((float) node.asDouble());
    }
  }
}
