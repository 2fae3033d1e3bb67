package dev.chainrule.text.tokenizer.sentencepiece;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Json;
import dev.chainrule.text.tokenizer.Tokenizer;
import dev.chainrule.text.tokenizer.file.TokenizerFile;
import dev.chainrule.text.tokenizer.subword.SubwordTokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * Small models against what SentencePiece's library makes of the same texts; {@code
 * make_sentencepiece.py} beside the file made it.
 */
class SentencePieceTokenizerTest {
  @TempDir Path folder;

  static JsonNode fixtures() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(
            SentencePieceTokenizerTest.class.getResourceAsStream(
                "/tokenizers/sentencepiece.json"))) {
      return Json.mapper().readTree(in);
    }
  }

  static byte[] model(JsonNode fixture) {
    return Base64.getDecoder().decode(fixture.path("model").stringValue());
  }

  @TestFactory
  Stream<DynamicTest> textsBecomeThePiecesOfTheLibrary() throws IOException {
    return StreamSupport.stream(fixtures().spliterator(), false)
        .map(one -> DynamicTest.dynamicTest(one.path("name").stringValue(), () -> assertSame(one)));
  }

  private void assertSame(JsonNode fixture) throws IOException {
    byte[] bytes = model(fixture);
    SubwordTokenizer tokenizer = SentencePieceTokenizer.parse(bytes, "model");
    SentencePieceModel model = SentencePieceModel.read(bytes, "model");
    SubwordTokenizer rewritten = SentencePieceTokenizer.parse(model.toBytes(), "rewritten");
    Path file = folder.resolve(TokenizerFile.NAME);
    TokenizerFile.write(file, tokenizer);
    Tokenizer kept = TokenizerFile.read(file);
    int cases = 0;
    for (JsonNode one : fixture.path("cases")) {
      String text = one.path("text").stringValue();
      int[] ids = ids(one.path("ids"));
      assertThat(tokenizer.encode(text)).as("\"%s\"", text).containsExactly(ids);
      assertThat(rewritten.encode(text)).containsExactly(ids);
      assertThat(kept.encode(text)).containsExactly(ids);
      if (Arrays.stream(ids).noneMatch(tokenizer::isControl)) {
        assertThat(tokenizer.decode(ids))
            .as("decoded \"%s\"", text)
            .isEqualTo(one.path("decoded").stringValue());
      }
      cases++;
    }
    assertThat(cases).isGreaterThan(30);
    assertThat(kept.specials()).isEqualTo(tokenizer.specials());
    assertThat(rewritten.specials()).isEqualTo(tokenizer.specials());
  }

  private static int[] ids(JsonNode list) {
    List<Integer> ids = new ArrayList<>();
    list.forEach(id -> ids.add(id.intValue()));
    return ids.stream().mapToInt(id -> id).toArray();
  }

  @Test
  void controlPiecesAreReadOnlyWhereAskedFor() throws IOException {
    SubwordTokenizer tokenizer = SentencePieceTokenizer.parse(model(fixtures().get(0)), "llama");
    assertThat(tokenizer.encodeMarked("<s>the</s>")).startsWith(1).endsWith(2);
    assertThat(tokenizer.encode("<s>the</s>")).doesNotContain(1, 2);
    assertThat(tokenizer.specials().begin()).hasValue(1);
    assertThat(tokenizer.specials().stops()).contains(2);
    assertThat(tokenizer.specials().begun(7)).containsExactly(1, 7);
  }

  /** The encodings of llama2.c, and its story. */
  @Test
  void theVocabularyOfLlama2cIsRead() throws IOException {
    String data = System.getenv("CHAINRULE_DATA");
    Assumptions.assumeTrue(data != null, "CHAINRULE_DATA is not set");
    Path stories = Path.of(data, "models", "stories260K");
    Assumptions.assumeTrue(Files.exists(stories), "CHAINRULE_DATA has no models/stories260K");
    Tokenizer tokenizer = TokenizerFile.read(stories.resolve("tok512.bin"));
    JsonNode golden = Json.read(stories.resolve("stories260K.golden.json"), JsonNode.class);
    assertThat(tokenizer.vocabSize()).isEqualTo(512);
    JsonNode encodings = golden.path("encode");
    assertThat(encodings.size()).isGreaterThan(0);
    encodings
        .properties()
        .forEach(
            entry -> {
              int[] expected = ids(entry.getValue());
              int[] got = tokenizer.specials().begun(tokenizer.encode(entry.getKey()));
              assertThat(got).as(entry.getKey()).containsExactly(expected);
            });
    int[] story = ids(golden.path("greedy_ids"));
    assertThat(tokenizer.decode(story))
        .startsWith("Once upon a time, there was a little girl named");
  }

  @Test
  void whatIsNoModelIsNamed() throws IOException {
    byte[] good = model(fixtures().get(0));
    for (int cut : new int[] {1, 7, 100, good.length - 3}) {
      assertThatThrownBy(() -> SentencePieceTokenizer.parse(Arrays.copyOf(good, cut), "m.model"))
          .isInstanceOf(InputException.class)
          .hasMessageStartingWith("m.model: ");
    }
    assertThatThrownBy(() -> SentencePieceTokenizer.parse(new byte[0], "m.model"))
        .isInstanceOf(InputException.class)
        .hasMessage("m.model: has no tokens, expected some");
    assertThatThrownBy(() -> Llama2cVocabulary.read(new byte[] {1, 0, 0, 0, 5}, "t.bin"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("t.bin: has a token of -1 bytes at byte 4");
  }
}
