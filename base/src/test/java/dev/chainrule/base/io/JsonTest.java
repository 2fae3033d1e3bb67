package dev.chainrule.base.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chainrule.base.InputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonTest {
  record Layer(int numHeads, double dropout) {
    Layer {
      if (numHeads < 1) {
        throw new IllegalArgumentException("num_heads is " + numHeads + ", expected at least 1");
      }
    }
  }

  record Config(String name, long seed, List<Layer> layers, Map<String, Layer> named) {}

  private static final Config CONFIG =
      new Config(
          "tiny",
          Long.MAX_VALUE,
          List.of(new Layer(4, 0.1), new Layer(1, 1.0 / 3)),
          Map.of("last", new Layer(2, 5e-324)));

  @Test
  void recordsComeBackAsTheyWere(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("config.json");
    Json.write(file, CONFIG);
    assertThat(Files.readString(file)).contains("\"num_heads\" : 4").endsWith("}\n");
    assertThat(Json.read(file, Config.class)).isEqualTo(CONFIG);
    assertThat(Json.line(CONFIG)).doesNotContain("\n");
    assertThat(Json.parse(Json.line(CONFIG), "line", Config.class)).isEqualTo(CONFIG);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"num_heads\":4,\"dropoutt\":0.1}|1:16: unknown key \"dropoutt\", expected [num_heads,",
        "{\"numHeads\":4,\"dropout\":0.1}|1:2: unknown key \"numHeads\"",
        "{\"num_heads\":4}|key 'dropout' is missing",
        "{\"num_heads\":2.5,\"dropout\":0.1}|[\"num_heads\"]: is 2.5, expected int",
        "{\"num_heads\":null,\"dropout\":0.1}|key \"num_heads\" is null, expected int",
        "{\"num_heads\":\"four\",\"dropout\":0.1}|[\"num_heads\"]: is \"four\", expected int",
        "{\"num_heads\":4,\"num_heads\":4,\"dropout\":0.1}|Duplicate",
        "{\"num_heads\":0,\"dropout\":0.1}|num_heads is 0, expected at least 1",
        "{\"num_heads\":4,\"dropout\":0.1} x|1:31: ",
        "{\"num_heads\":4|1:15: ",
        "null|expected a JSON object",
        "[]|1:1: ",
      })
  void whatIsWrongIsNamedWithItsPlace(String text, String message) {
    assertThatThrownBy(() -> Json.parse(text, "a.json", Layer.class))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("a.json:")
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
  }

  @Test
  void nullIsRefusedWhereARecordTakesNone() {
    String text = "{\"name\":null,\"seed\":1,\"layers\":[],\"named\":{}}";
    assertThatThrownBy(() -> Json.parse(text, "a.json", Config.class))
        .hasMessageStartingWith("a.json:1:9: key \"name\" is null, expected String");
    String list = "{\"name\":\"\",\"seed\":1,\"layers\":[null],\"named\":{}}";
    assertThatThrownBy(() -> Json.parse(list, "a.json", Config.class))
        .hasMessageContaining("an element of a list is null, expected Layer");
    String map = "{\"name\":\"\",\"seed\":1,\"layers\":[],\"named\":{\"x\":null}}";
    assertThatThrownBy(() -> Json.parse(map, "a.json", Config.class))
        .hasMessageContaining("key \"x\" is null, expected Layer");
  }

  record Numbers(List<Integer> counts, double value) {}

  @Test
  void stringsAreNoNumbersButThoseThatStandForNone() {
    assertThatThrownBy(() -> Json.parse("{\"counts\":[\"\"],\"value\":1}", "a.json", Numbers.class))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("[\"counts\"]->[0]: is \"\", expected Integer");
    for (String blank : new String[] {" ", "\\u0000", "\\n"}) {
      String text = "{\"counts\":[\"" + blank + "\"],\"value\":1}";
      assertThatThrownBy(() -> Json.parse(text, "a.json", Numbers.class))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("[\"counts\"]->[0]: is ");
    }
    Numbers none = new Numbers(List.of(3), Double.NaN);
    assertThat(Json.parse(Json.line(none), "a.json", Numbers.class)).isEqualTo(none);
    Numbers most = new Numbers(List.of(3), Double.NEGATIVE_INFINITY);
    assertThat(Json.parse(Json.line(most), "a.json", Numbers.class)).isEqualTo(most);
  }

  @Test
  void aByteOrderMarkIsPassedOver(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("a.json"), "\uFEFF" + Json.line(CONFIG));
    assertThat(Json.read(file, Config.class)).isEqualTo(CONFIG);
  }

  @Test
  void keysOfNestedRecordsAreChecked() {
    String list = "{\"name\":\"a\",\"seed\":1,\n\"layers\":[{\"num_head\":1}],\"named\":{}}";
    assertThatThrownBy(() -> Json.parse(list, "a.json", Config.class))
        .hasMessageStartingWith("a.json:2:12: unknown key \"num_head\"");
    String map = "{\"name\":\"a\",\"seed\":1,\"layers\":[],\n\"named\":{\"x\":{\"num_head\":1}}}";
    assertThatThrownBy(() -> Json.parse(map, "a.json", Config.class))
        .hasMessageStartingWith("a.json:2:15: unknown key \"num_head\"");
  }

  @Test
  void aFileThatIsNoTextIsNamed(@TempDir Path folder) throws Exception {
    Path file = Files.write(folder.resolve("a.json"), new byte[] {'"', (byte) 0xFF, '"'});
    assertThatThrownBy(() -> Json.read(file, Layer.class))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("not UTF-8");
    assertThatThrownBy(() -> Json.read(folder, Layer.class))
        .isInstanceOf(InputException.class)
        .hasMessage(folder + ": is a folder, expected a file");
  }
}
