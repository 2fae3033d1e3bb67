package dev.chainrule.text.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Json;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.gguf.FileType;
import dev.chainrule.core.gguf.GgufFile;
import dev.chainrule.core.gguf.Rounding;
import dev.chainrule.core.run.Recipe;
import dev.chainrule.text.architecture.HubExport;
import dev.chainrule.text.chat.ChatMessage;
import dev.chainrule.text.decoder.DecoderConfig;
import dev.chainrule.text.decoder.DecoderModel;
import dev.chainrule.text.decoder.Tiny;
import dev.chainrule.text.gpt.GptConfig;
import dev.chainrule.text.tokenizer.ByteTokenizer;
import dev.chainrule.text.tokenizer.Tokenizer;
import dev.chainrule.text.tokenizer.huggingface.TokenizerExport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Models written for other programs are read again and say the same. */
class TextExportTest {
  private static final String TEXT = "one fish two fish\nred fish blue fish\n";
  private static final String TEMPLATE =
      "{% for m in messages %}<|{{ m.role }}|>{{ m.content }}{% endfor %}{{ eos_token }}";

  @TempDir Path folder;

  private static DecoderConfig shape(int vocabSize) {
    return Tiny.architectures(vocabSize, 16).get("llama");
  }

  @TestFactory
  Stream<DynamicTest> runsOfOurOwnAreWritten() {
    TextTraining.Network<?> gpt =
        new TextTraining.Network<>(
            new GptKind(), vocab -> new GptConfig(vocab, 16, 2, 2, 16, 0, false, true));
    TextTraining.Network<?> decoder =
        new TextTraining.Network<>(new DecoderKind(), TextExportTest::shape);
    return Stream.of(
        DynamicTest.dynamicTest("gpt", () -> trained(gpt, TextTraining.Tokens.CHAR)),
        DynamicTest.dynamicTest("decoder", () -> trained(decoder, TextTraining.Tokens.CHAR)),
        DynamicTest.dynamicTest("bytes", () -> trained(decoder, TextTraining.Tokens.BYTE)));
  }

  private void trained(TextTraining.Network<?> network, TextTraining.Tokens tokens)
      throws IOException {
    Path run = Files.createTempDirectory(folder, "run").resolve("model");
    Path text = Files.writeString(folder.resolve("text.txt"), TEXT.repeat(40));
    Recipe recipe = TextTraining.nanoCpu().recipe();
    TextTraining training =
        TextTraining.nanoCpu()
            .withNetwork(network)
            .withTokens(tokens)
            .withRecipe(recipe.withBatchSize(4).withLearningRate(1e-2))
            .withSteps(3);
    TextModel model = TextModel.train(text.toString(), training, run);
    Path file = run.resolveSibling("model.gguf");
    TextExport.gguf(model, Rounding.to(FileType.F32)).write(file, 1, bytes -> {});
    Path hub = run.resolveSibling("hub");
    assertThat(TextExport.huggingFace(model, hub)).isGreaterThan(1000);
    for (Path written : List.of(file, hub)) {
      TextModel again = TextModel.open(written);
      double[] expected = model.score(TEXT.substring(0, 12));
      double[] found = again.score(TEXT.substring(0, 12));
      assertThat(found).hasSameSizeAs(expected);
      for (int t = 0; t < found.length; t++) {
        assertThat(found[t]).isCloseTo(expected[t], within(1e-5));
      }
    }
    assertThatThrownBy(() -> TextExport.huggingFace(model, hub))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("holds config.json already");
  }

  /** A model of transformers with a byte-level tokenizer, special tokens and a template. */
  private Path published() throws IOException {
    Path hub = folder.resolve("published");
    DecoderModel model = new DecoderModel(shape(260));
    model.parameters().allocate(DType.FLOAT32, 5);
    HubExport.write(model, hub, Map.of());
    TokenizerExport.write(new ByteTokenizer(), 16, hub);
    Files.writeString(hub.resolve("chat_template.jinja"), TEMPLATE);
    return hub;
  }

  @Test
  void tokenizerAndTemplateGoWithTheModel() throws IOException {
    TextModel model = TextModel.open(published());
    Path file = folder.resolve("model.gguf");
    TextExport.gguf(model, Rounding.to(FileType.Q8_0)).write(file, 1, bytes -> {});
    Path hub = folder.resolve("hub");
    TextExport.huggingFace(model, hub);
    for (Path written : List.of(file, hub)) {
      TextModel again = TextModel.open(written);
      Tokenizer tokenizer = again.tokenizer();
      assertThat(tokenizer.encode("a\u00e9 b")).isEqualTo(model.tokenizer().encode("a\u00e9 b"));
      assertThat(tokenizer.specials().end()).hasValue(255);
      assertThat(again.chatTemplate().orElseThrow().render(List.of(ChatMessage.user("Hi")), true))
          .isEqualTo("<|user|>Hi<|endoftext|>");
    }
    try (GgufFile gguf = GgufFile.open(file)) {
      assertThat(gguf.metadata().strings("tokenizer.ggml.tokens"))
          .hasSize(260)
          .contains("[PAD259]");
      assertThat(gguf.metadata().integer("general.file_type")).isEqualTo(7);
    }
    JsonNode config = Json.read(hub.resolve("config.json"), JsonNode.class);
    assertThat(config.path("eos_token_id").intValue()).isEqualTo(255);
  }
}
