package dev.chainrule.text.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.Chainrule;
import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Json;
import dev.chainrule.core.engine.Compute;
import dev.chainrule.core.sampling.GenerationConfig;
import dev.chainrule.core.sampling.SamplingConfig;
import dev.chainrule.text.tokenizer.file.TokenizerFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Models that transformers and llama2.c wrote, opened like our own. */
class ForeignModelsTest {
  private static Path data() {
    String given = System.getenv("CHAINRULE_DATA");
    Assumptions.assumeTrue(given != null, "CHAINRULE_DATA is not set");
    return Path.of(given);
  }

  @TestFactory
  Stream<DynamicTest> transformersSaysTheSame() throws IOException {
    Path oracles = data().resolveSibling("oracles").resolve("hf");
    Assumptions.assumeTrue(Files.isDirectory(oracles), "no oracles beside CHAINRULE_DATA");
    List<Path> folders;
    try (Stream<Path> files = Files.list(oracles)) {
      folders = files.filter(Files::isDirectory).sorted().toList();
    }
    assertThat(folders).hasSizeGreaterThan(8);
    return folders.stream()
        .map(
            folder ->
                DynamicTest.dynamicTest(folder.getFileName().toString(), () -> check(folder)));
  }

  private static void check(Path folder) throws IOException {
    JsonNode oracle =
        Json.parse(Files.readString(folder.resolve("oracle.json")), "oracle", JsonNode.class);
    TextModel model = Chainrule.open(folder, TextModel.class);
    int[] ids = ints(oracle.path("input_ids").path(0));
    JsonNode nll = oracle.path("nll_nats_per_token").path(0);
    double[] logProbs = model.scored(ids, 1).logProbs();
    assertThat(logProbs).hasSize(nll.size());
    for (int t = 0; t < logProbs.length; t++) {
      assertThat(-logProbs[t]).isCloseTo(nll.path(t).doubleValue(), within(1e-4));
    }
    int[] prompt = ints(oracle.path("prompt"));
    int[] greedy = ints(oracle.path("greedy_24"));
    List<Integer> drawn =
        model
            .samples(
                prompt,
                1,
                SamplingConfig.greedy(),
                GenerationConfig.of(greedy.length - prompt.length, 1))
            .getFirst()
            .ids();
    assertThat(drawn).isEqualTo(Arrays.stream(greedy).skip(prompt.length).boxed().toList());
  }

  @Test
  void llama2cTellsItsStory() throws IOException {
    Path models = data().resolve("models/stories260K");
    Assumptions.assumeTrue(Files.isDirectory(models), "CHAINRULE_DATA has no models/stories260K");
    TextModel model =
        TextModel.open(models.resolve("stories260K.bin"), models.resolve("tok512.bin"));
    String story = model.sample("", 40, SamplingConfig.greedy());
    assertThat(story).startsWith("Once upon a time, there was a little girl named Lily.");
  }

  /** Gemma's models of text come with a token for images, which they have no vector for. */
  @Test
  void anAddedTokenThatTheModelLacksIsLeftOut(@TempDir Path folder) throws IOException {
    Path oracle = data().resolveSibling("oracles").resolve("hf/gpt2");
    Assumptions.assumeTrue(Files.isDirectory(oracle), "no oracles beside CHAINRULE_DATA");
    for (String name : List.of("config.json", "model.safetensors")) {
      Files.copy(oracle.resolve(name), folder.resolve(name));
    }
    StringBuilder vocabulary = new StringBuilder();
    for (int id = 0; id < 97; id++) {
      vocabulary.append(id == 0 ? "" : ",").append("\"%c\":%d".formatted((char) (0x100 + id), id));
    }
    String json =
        "{\"added_tokens\":[{\"id\":5,\"content\":\"\u0105\"},"
            + "{\"id\":%d,\"content\":\"<image>\",\"special\":true}],"
            + "\"model\":{\"type\":\"BPE\",\"vocab\":{"
            + vocabulary
            + "},\"merges\":[]}}";
    Files.writeString(folder.resolve("tokenizer.json"), json.formatted(97));
    TextModel model = TextModel.open(folder);
    assertThat(model.tokenizer().vocabSize()).isEqualTo(97);
    assertThat(model.tokenizer().encodeMarked("\u0101\u0105")).containsExactly(1, 5);
    Path kept = folder.resolve("kept.json");
    TokenizerFile.write(kept, model.tokenizer());
    assertThat(TokenizerFile.read(kept).vocabSize()).isEqualTo(97);
    Files.writeString(folder.resolve("tokenizer.json"), json.formatted(98));
    assertThatThrownBy(() -> TextModel.open(folder))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("the tokenizer has 99 tokens, expected at most the model's 97");
  }

  /** A completion is no beginning of a text: its first space is one. */
  @Test
  void aTextIsCompletedWithItsFirstSpace() throws IOException {
    Path models = data().resolve("models/stories260K");
    Assumptions.assumeTrue(Files.isDirectory(models), "CHAINRULE_DATA has no models/stories260K");
    TextModel model =
        TextModel.open(models.resolve("stories260K.bin"), models.resolve("tok512.bin"));
    TextSample completed =
        new TextCompletion(model, Compute.automatic())
            .complete(
                new TextCompletion.Request("Once upon a", "", 12, 0, 1), SamplingConfig.greedy())
            .getFirst();
    assertThat(completed.text()).startsWith(" time");
  }

  @Test
  void aModelWithoutATokenizerIsToldNumbers() throws IOException {
    TextModel model = TextModel.open(data().resolveSibling("oracles").resolve("hf/gpt2"));
    assertThat(model.score("5, 7 9")).hasSize(2);
    assertThatThrownBy(() -> model.score("hello"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("\"hello\"")
        .hasMessageContaining("numbers of tokens");
  }

  @Test
  void aFileThatIsNoModelIsNamed(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("notes.txt"), "no model at all, but long enough");
    assertThatThrownBy(() -> TextModel.open(file))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(file.toString());
  }

  private static int[] ints(JsonNode array) {
    int[] ints = new int[array.size()];
    for (int i = 0; i < ints.length; i++) {
      ints[i] = array.path(i).intValue();
    }
    return ints;
  }
}
