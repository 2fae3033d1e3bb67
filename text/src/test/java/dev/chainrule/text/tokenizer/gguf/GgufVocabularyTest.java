package dev.chainrule.text.tokenizer.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Json;
import dev.chainrule.core.gguf.GgufFile;
import dev.chainrule.core.gguf.GgufWriter;
import dev.chainrule.text.tokenizer.ByteTokenizer;
import dev.chainrule.text.tokenizer.CharTokenizer;
import dev.chainrule.text.tokenizer.IdTokenizer;
import dev.chainrule.text.tokenizer.Tokenizer;
import dev.chainrule.text.tokenizer.file.TokenizerFile;
import dev.chainrule.text.tokenizer.huggingface.HuggingFaceTokenizer;
import dev.chainrule.text.tokenizer.huggingface.TokenizerExport;
import dev.chainrule.text.tokenizer.sentencepiece.SentencePieceTokenizer;
import dev.chainrule.text.tokenizer.subword.StoredTokenizer;
import dev.chainrule.text.tokenizer.subword.SubwordTokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Tokenizers that are written for other programs come back as they were, or are refused. */
class GgufVocabularyTest {
  private static final int MORE = 3;

  @TempDir Path folder;

  private static JsonNode fixtures(String file) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(
            GgufVocabularyTest.class.getResourceAsStream("/tokenizers/" + file))) {
      return Json.mapper().readTree(in);
    }
  }

  private Tokenizer throughGguf(Tokenizer tokenizer) throws IOException {
    Path file = folder.resolve("vocabulary.gguf");
    GgufWriter writer = new GgufWriter();
    int more = tokenizer instanceof CharTokenizer ? 0 : MORE;
    GgufVocabulary.write(tokenizer, tokenizer.vocabSize() + more, "model", writer);
    writer.write(file);
    try (GgufFile written = GgufFile.open(file)) {
      List<String> tokens = written.metadata().strings("tokenizer.ggml.tokens");
      assertThat(tokens).doesNotHaveDuplicates().hasSize(tokenizer.vocabSize() + more);
    }
    return TokenizerFile.read(file);
  }

  private Tokenizer throughFolder(Tokenizer tokenizer) throws IOException {
    Path out = Files.createTempDirectory(folder, "exported");
    TokenizerExport.write(tokenizer, 77, out);
    JsonNode config = Json.read(out.resolve("tokenizer_config.json"), JsonNode.class);
    assertThat(config.path("model_max_length").intValue()).isEqualTo(77);
    return TokenizerFile.read(out);
  }

  private static void assertSame(Tokenizer again, Tokenizer tokenizer, JsonNode cases) {
    int count = 0;
    for (JsonNode one : cases) {
      String text = one.path("text").stringValue().replaceFirst("^[\\s\u2581]+", "");
      assertThat(again.encode(text)).as(text).containsExactly(tokenizer.encode(text));
      int[] ids = tokenizer.encode(text);
      assertThat(again.decode(ids)).as(text).isEqualTo(tokenizer.decode(ids));
      count++;
    }
    assertThat(count).isGreaterThan(10);
    assertThat(again.specials().framed()).isEqualTo(tokenizer.specials().framed());
    if (tokenizer.specials().end().isPresent()) {
      // Of a file that names none, GGUF's readers take the usual ones.
      assertThat(again.specials()).isEqualTo(tokenizer.specials());
    }
  }

  @Test
  void thoseOfHuggingFaceAreWrittenOrRefused() throws IOException {
    TreeSet<String> refused = new TreeSet<>();
    List<String> written = new ArrayList<>();
    for (JsonNode fixture : fixtures("tokenizers.json")) {
      String name = fixture.path("name").stringValue();
      Tokenizer tokenizer = HuggingFaceTokenizer.parse(fixture.path("tokenizer").toString(), name);
      Tokenizer again;
      try {
        again = throughGguf(tokenizer);
      } catch (InputException e) {
        assertThat(e).hasMessageStartingWith("model: ");
        refused.add(name);
        continue;
      }
      written.add(name);
      assertSame(again, tokenizer, fixture.path("cases"));
    }
    assertThat(written).containsExactly("gpt2", "llama3", "smollm", "gemma");
    // Of a token that is looked for in normalised text, and of other ways to split and normalise.
    assertThat(refused)
        .contains("llama", "gpt4o, NFKC", "unigram", "whitespace, digits, punctuation");
  }

  @Test
  void thoseOfSentencePieceAreWritten() throws IOException {
    for (JsonNode fixture : fixtures("sentencepiece.json")) {
      byte[] model = Base64.getDecoder().decode(fixture.path("model").stringValue());
      String name = fixture.path("name").stringValue();
      if (name.startsWith("symbols")) {
        // Others look for the user's symbols before a text is prepared, not after.
        continue;
      }
      Tokenizer tokenizer = SentencePieceTokenizer.parse(model, name);
      assertSame(throughGguf(tokenizer), tokenizer, fixture.path("cases"));
      Tokenizer hub = throughFolder(tokenizer);
      assertSame(hub, tokenizer, fixture.path("cases"));
      if (((SubwordTokenizer) hub).stored() instanceof StoredTokenizer.HuggingFace) {
        assertSame(throughGguf(hub), tokenizer, fixture.path("cases"));
      }
    }
  }

  @Test
  void bytesAndCharactersComeBack() throws IOException {
    Tokenizer bytes = new ByteTokenizer();
    for (Tokenizer again : List.of(throughGguf(bytes), throughFolder(bytes))) {
      String text = "ab\n\u00e9 \uD83D\uDE80<|endoftext|>";
      assertThat(again.encode(text)).containsExactly(bytes.encode(text));
      assertThat(again.decode(again.encode(text))).isEqualTo(text);
      assertThat(again.specials().end()).hasValue(255);
      assertThat(again.isControl(255)).isTrue();
    }
    CharTokenizer chars = CharTokenizer.of("\t\n\r \"'\\abc\u007f\u00e9\u4e2d\uFDD0\uD83D\uDE80");
    assertThat(throughGguf(chars)).isEqualTo(chars);
    Tokenizer again = throughFolder(chars);
    assertThat(again.encode("a \u4e2d\n\\c")).containsExactly(chars.encode("a \u4e2d\n\\c"));
    assertThat(again.decode(chars.encode("a \u4e2d\n"))).isEqualTo("a \u4e2d\n");
    assertThat(again.isControl(chars.encode("\uFDD0")[0])).isTrue();
  }

  @Test
  void numbersOfTokensAreNoVocabulary() throws IOException {
    Path file = folder.resolve("none.gguf");
    GgufWriter writer = new GgufWriter();
    GgufVocabulary.write(new IdTokenizer(5), 5, "model", writer);
    writer.write(file);
    try (GgufFile written = GgufFile.open(file)) {
      assertThat(written.metadata().string("tokenizer.ggml.model")).isEqualTo("no_vocab");
      assertThat(GgufTokenizer.isIn(written.metadata())).isFalse();
    }
  }

  @Test
  void rwkvIsReadAsCharactersAlone() throws IOException {
    Path file = folder.resolve("rwkv.gguf");
    new GgufWriter()
        .set("tokenizer.ggml.model", "rwkv")
        .set("tokenizer.ggml.tokens", List.of("a", "bc"))
        .write(file);
    assertThatThrownBy(() -> TokenizerFile.read(file))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("has \"bc\" as token 1, expected characters, ascending");
  }
}
