package dev.chainrule.text.tokenizer.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chainrule.text.data.Corpus;
import dev.chainrule.text.data.Documents;
import dev.chainrule.text.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** GPT-2's own vocabulary, from the folder that CHAINRULE_DATA names. */
class Gpt2FilesTest {
  private static Path data;
  private static Tokenizer tokenizer;

  @TempDir Path folder;

  @BeforeAll
  static void read() throws IOException {
    String given = System.getenv("CHAINRULE_DATA");
    Assumptions.assumeTrue(given != null, "CHAINRULE_DATA is not set");
    data = Path.of(given);
    Path gpt2 = data.resolve("tokenizers/gpt2");
    Assumptions.assumeTrue(Files.exists(gpt2), "CHAINRULE_DATA has no tokenizers/gpt2");
    tokenizer = TokenizerFile.read(gpt2);
  }

  /** The numbers that nanoGPT's page on this data has. */
  @Test
  void shakespeareHasAsManyTokensAsElsewhere() throws IOException {
    Corpus.Parts parts =
        Corpus.ofFile(data.resolve("tinyshakespeare.txt"), Documents.AUTO).split(0.1, 1);
    String learnt = parts.training().text();
    int[] training = tokenizer.encode(learnt);
    int[] heldOut = tokenizer.encode(parts.validation().text());
    assertThat(training).hasSize(301_966);
    assertThat(heldOut).hasSize(36_059);
    assertThat(tokenizer.decode(training)).isEqualTo(learnt);
  }

  @Test
  void theEncodingsOfJtokkitAreReproduced() throws IOException {
    List<String[]> rows =
        csv(Files.readString(data.resolve("tokenizers/gpt2/r50k_base_encodings.csv")));
    assertThat(rows).hasSizeGreaterThan(100);
    for (String[] row : rows.subList(1, rows.size())) {
      int[] ids =
          Arrays.stream(row[1].replaceAll("[\\[\\]\\s]", "").split(","))
              .filter(id -> !id.isEmpty())
              .mapToInt(Integer::parseInt)
              .toArray();
      assertThat(tokenizer.encode(row[0])).as(row[0]).containsExactly(ids);
      assertThat(tokenizer.decode(ids)).isEqualTo(row[0]);
    }
  }

  /** Rows of fields, which may be quoted and hold line ends. */
  private static List<String[]> csv(String text) {
    List<String[]> rows = new ArrayList<>();
    List<String> row = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean pair = quoted && c == '"' && i + 1 < text.length() && text.charAt(i + 1) == '"';
      if (pair) {
        field.append('"');
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (!quoted && (c == ',' || c == '\n')) {
        row.add(field.toString());
        field.setLength(0);
        if (c == '\n') {
          rows.add(row.toArray(String[]::new));
          row.clear();
        }
      } else if (quoted || c != '\r') {
        field.append(c);
      }
    }
    return rows;
  }

  @Test
  void theTokenizerComesBackFromACheckpoint() throws IOException {
    Path file = folder.resolve(TokenizerFile.NAME);
    TokenizerFile.write(file, tokenizer);
    Tokenizer back = TokenizerFile.read(file);
    String text = "Hello\n\n  wörld <|endoftext|> 123";
    assertThat(back.encode(text)).isEqualTo(tokenizer.encode(text));
    assertThat(back.encodeMarked(text)).contains(50256);
    assertThat(back.encode(text)).doesNotContain(50256);
    assertThat(back.specials()).isEqualTo(tokenizer.specials());
    assertThat(back.specials().end()).hasValue(50256);
    assertThat(back.countBytes(dev.chainrule.core.data.TokenSequence.of(back.encode(text))))
        .isEqualTo(text.getBytes(StandardCharsets.UTF_8).length);
  }
}
