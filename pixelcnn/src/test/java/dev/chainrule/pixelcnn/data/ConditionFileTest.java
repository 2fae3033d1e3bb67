package dev.chainrule.pixelcnn.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chainrule.base.InputException;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.testkit.Mutations;
import dev.chainrule.core.testkit.ReaderFuzz;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConditionFileTest {
  @TempDir Path folder;

  @Test
  void aLineIsAVector() throws IOException {
    Path file = Files.writeString(folder.resolve("v.csv"), "\uFEFF1,-2.5\n 3e1 ,4\n");
    Tensor vectors = ConditionFile.read(file);
    assertThat(vectors.shape()).containsExactly(2, 2);
    assertThat(vectors.toFloats()).containsExactly(1, -2.5f, 30, 4);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1,2;3 | expected lines of as many numbers each",
        "1,2;3,0x1p3 | v.csv:2: found \"0x1p3\", expected a finite number.",
        "1f,2 | v.csv:1: found \"1f\"",
        "1,1e60 | v.csv:1: found \"1e60\"",
        "1,ß | v.csv:1: byte 3 (0xDF) is no UTF-8",
      })
  void whatIsNoVectorIsNamed(String text, String message) throws IOException {
    byte[] latin = text.replace(';', '\n').getBytes(StandardCharsets.ISO_8859_1);
    Path file = Files.write(folder.resolve("v.csv"), latin);
    assertThatThrownBy(() -> ConditionFile.read(file))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining(message);
  }

  private static byte[] lines(RandomGenerator random) {
    StringBuilder text = new StringBuilder();
    int width = 1 + random.nextInt(6);
    for (int n = random.nextInt(8); n >= 0; n--) {
      for (int d = 0; d < width; d++) {
        text.append(d == 0 ? "" : ",").append(random.nextInt(1000) / 8.0);
      }
      text.append(random.nextInt(30) == 0 ? ",1\n" : "\n");
    }
    return Mutations.text(Mutations.tokens(text.toString()), random);
  }

  @Test
  void brokenLines() {
    Path name = Path.of(ReaderFuzz.ORIGIN);
    ReaderFuzz.run(
        "vectors", 1_000, ConditionFileTest::lines, bytes -> ConditionFile.read(name, bytes));
  }
}
