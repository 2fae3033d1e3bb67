package dev.chainrule.text.tokenizer.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chainrule.base.InputException;
import dev.chainrule.text.tokenizer.ByteTokenizer;
import dev.chainrule.text.tokenizer.CharTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
