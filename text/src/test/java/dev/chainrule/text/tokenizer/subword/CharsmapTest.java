package dev.chainrule.text.tokenizer.subword;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Json;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Base64;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * A table of replacements against what SentencePiece and Hugging Face's library make of it, which
 * differ; {@code make_precompiled.py} beside the file made it.
 */
class CharsmapTest {
  private static JsonNode fixture() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(
            CharsmapTest.class.getResourceAsStream("/tokenizers/precompiled.json"))) {
      return Json.mapper().readTree(in);
    }
  }

  private static byte[] table(JsonNode fixture) {
    return Base64.getDecoder().decode(fixture.path("table").stringValue());
  }

  @Test
  void eachLibraryReplacesInItsWay() throws IOException {
    JsonNode fixture = fixture();
    Charsmap map = Charsmap.read(table(fixture));
    int differ = 0;
    for (JsonNode one : fixture.path("cases")) {
      String text = one.path("text").stringValue();
      String piece = one.path("sentencepiece").stringValue();
      String face = one.path("huggingface").stringValue();
      assertThat(new Normalizer.Precompiled(map, false).apply(text)).as(text).isEqualTo(piece);
      assertThat(new Normalizer.Precompiled(map, true).apply(text)).as(text).isEqualTo(face);
      differ += piece.equals(face) ? 0 : 1;
    }
    assertThat(differ).isGreaterThan(3);
  }

  /** Replacements end at a zero: without one each is all of the rest. */
  @Test
  void aTableWithoutEndsDoesNotBlowATextUp() throws IOException {
    byte[] table = table(fixture());
    byte[] endless = Arrays.copyOf(table, table.length + 1_000_000);
    int begin = 4 + (table[0] & 0xFF | (table[1] & 0xFF) << 8);
    Arrays.fill(endless, begin, endless.length, (byte) 'x');
    Charsmap map = Charsmap.read(endless);
    for (boolean clusters : new boolean[] {false, true}) {
      assertThatThrownBy(
              () -> new Normalizer.Precompiled(map, clusters).apply("\r".repeat(100_000)))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("characters of a text of 100000, expected at most");
    }
  }
}
