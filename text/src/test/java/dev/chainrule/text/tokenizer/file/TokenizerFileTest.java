package dev.chainrule.text.tokenizer.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chainrule.base.InputException;
import dev.chainrule.text.tokenizer.ByteTokenizer;
import dev.chainrule.text.tokenizer.CharTokenizer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
