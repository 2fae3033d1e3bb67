package dev.chainrule.text.tokenizer.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Json;
import dev.chainrule.text.tokenizer.ByteTokenizer;
import dev.chainrule.text.tokenizer.CharTokenizer;
import dev.chainrule.text.tokenizer.SpecialTokens;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class TokenizerFileTest {
  @TempDir Path folder;

  @Test
  void tokenizersComeBackAsTheyWere() throws IOException {
    Path file = folder.resolve(TokenizerFile.NAME);
    CharTokenizer chars = CharTokenizer.of("\u0000\n\r\t \"\\/é\u2028😀");
    TokenizerFile.write(file, chars);
    assertThat(TokenizerFile.read(file)).isEqualTo(chars);
    TokenizerFile.write(file, new ByteTokenizer());
    assertThat(TokenizerFile.read(file)).isEqualTo(new ByteTokenizer());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"version\":1,\"type\":\"bytes\"}|has format none, expected \"chainrule-tokenizer\"",
        "{\"format\":\"other\",\"version\":1}|has format \"other\", expected",
        "{\"format\":\"chainrule-tokenizer\",\"version\":2,\"new\":1}|has version 2, expected 1",
        "{\"format\":\"chainrule-tokenizer\",\"version\":1,\"type\":\"x\"}|has type \"x\"",
        "{\"format\":\"chainrule-tokenizer\",\"version\":1,\"type\":\"bytes\",\"x\":1}|key \"x\"",
        "{\"format\":\"chainrule-tokenizer\",\"version\":1,\"type\":\"characters\"}|'characters'",
        "{\"format\":\"chainrule-tokenizer\",\"version\":1,\"type\":\"characters\","
            + "\"characters\":\"ba\"}|out of order",
        "{\"format\":\"chainrule-tokenizer\",\"version\":1,\"type\":\"characters\","
            + "\"characters\":\"aab\"}|out of order",
        "{\"format\":\"chainrule-tok|:1:",
        "[]|has format",
      })
  void aBrokenFileIsNamed(String content, String message) throws IOException {
    Path file = Files.writeString(folder.resolve("t.json"), content);
    assertThatThrownBy(() -> TokenizerFile.read(file))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith(file + ":")
        .hasMessageContaining(message);
  }

  /** A model of SentencePiece says less than the files beside it. */
  @Test
  void whatLiesBesideATokenizerModelCounts() throws IOException {
    Path model = folder.resolve("tokenizer.model");
    try (InputStream in =
        TokenizerFileTest.class.getResourceAsStream("/tokenizers/sentencepiece.json")) {
      JsonNode llama = Json.mapper().readTree(in).path(0);
      Files.write(model, Base64.getDecoder().decode(llama.path("model").stringValue()));
    }
    SpecialTokens alone = TokenizerFile.read(model).specials();
    assertThat(alone.before()).containsExactly(1);
    assertThat(alone.stops()).containsExactly(2);
    Files.writeString(
        folder.resolve("tokenizer_config.json"),
        "{\"add_bos_token\": false, \"add_eos_token\": true, \"added_tokens_decoder\":"
            + " {\"2\": {\"content\": \"</s>\"}}}");
    Files.writeString(folder.resolve("generation_config.json"), "{\"eos_token_id\": [2, 9]}");
    SpecialTokens beside = TokenizerFile.read(folder).specials();
    assertThat(beside.before()).isEmpty();
    assertThat(beside.after()).containsExactly(2);
    assertThat(beside.stops()).containsExactlyInAnyOrder(2, 9);
    Path added = Files.writeString(folder.resolve("added_tokens.json"), "{\"<|im_end|>\": 32000}");
    assertThatThrownBy(() -> TokenizerFile.read(model))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith(
            added + ": has \"<|im_end|>\" as token 32000, which tokenizer.model");
  }

  /** The length of the longest token may be the number of a bracket or a quotation mark. */
  @ParameterizedTest
  @ValueSource(ints = {'{', '[', '"', ' ', 30})
  void aVocabularyOfLlama2cIsToldFromJson(int longest) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(1 << 14).order(ByteOrder.LITTLE_ENDIAN).putInt(longest);
    for (int id = 0; id < 300; id++) {
      byte[] text =
          id < 259 ? "<%d>".formatted(id).getBytes(UTF_8) : new byte[] {(byte) (id - 192)};
      bytes.putFloat(-id).putInt(text.length).put(text);
    }
    Path file = folder.resolve("tokenizer.bin");
    Files.write(file, Arrays.copyOf(bytes.array(), bytes.position()));
    assertThat(TokenizerFile.read(file).vocabSize()).isEqualTo(300);
  }

  @Test
  void anEmptyVocabularyOrAMissingFileIsNamed() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("t.json"),
            "{\"format\":\"chainrule-tokenizer\",\"version\":1,\"type\":\"characters\","
                + "\"characters\":\"\"}");
    assertThatThrownBy(() -> TokenizerFile.read(file))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith(file + ": ");
    assertThatThrownBy(() -> TokenizerFile.read(folder.resolve("x")))
        .isInstanceOf(InputException.class);
  }
}
