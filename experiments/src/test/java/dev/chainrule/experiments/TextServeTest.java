package dev.chainrule.experiments;

import static dev.chainrule.experiments.Outcome.assertFailure;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The command that serves, as who types it meets it; what it serves has tests of its own. */
class TextServeTest {
  @TempDir static Path folder;
  private static String model = "";

  @BeforeAll
  static void trainASmallModel() throws IOException {
    Path data = Files.writeString(folder.resolve("data.txt"), "one two three\n".repeat(50));
    model = folder.resolve("tiny").toString();
    List<String> train = List.of("text", "train", "--data", data.toString(), "--out", model);
    List<String> small = List.of("--steps", "1", "--layers", "1", "--width", "16", "--heads", "2");
    List<String> words = new ArrayList<>(train);
    words.addAll(small);
    assertThat(Outcome.of(words.toArray(String[]::new)).code()).isZero();
  }

  private static Outcome serve(String... more) {
    List<String> words = new ArrayList<>(List.of("text", "serve", "--model", model));
    words.addAll(List.of("--port", "0", "--max-seconds", "0.1"));
    words.addAll(List.of(more));
    return Outcome.of(words.toArray(String[]::new));
  }

  @Test
  void itSaysWhereAndWhatItServesAndStops() throws IOException {
    assertThat(serve().out()).matches("http://127\\.0\\.0\\.1:\\d+/ serves tiny; stop with.*\\s*");
    Path kept = folder.resolve("texts.kept");
    Path key = Files.writeString(folder.resolve("key"), "secret\n");
    JsonNode json =
        serve("--json", "--name", "n", "--kept-file", kept.toString(), "--api-key-file", key + "")
            .json();
    assertThat(json.get("model").asString()).isEqualTo("n");
    assertThat(json.get("url").asString()).startsWith("http://127.0.0.1:");
    assertThat(json.get("generated_tokens").asInt()).isZero();
    assertThat(serve("--json", "--lookup").json().get("accepted_tokens").asInt()).isZero();
    assertThat(serve("--json", "--draft", model).json().get("guessed_tokens").asInt()).isZero();
    assertThat(kept).exists();
  }

  @Test
  void optionsThatCannotBeUsedAreNamed() throws IOException {
    assertFailure(2, List.of("--slots 0", "1 or more"), serve("--slots", "0"));
    assertFailure(2, List.of("--lookup beside --draft"), serve("--lookup", "--draft", model));
    assertFailure(2, List.of("15 tokens"), serve("--lookup", "--draft-most", "15"));
    assertFailure(2, List.of("--draft-least", "nothing is guessed"), serve("--draft-least", "2"));
    assertFailure(2, List.of("--queue -1", "0 or more"), serve("--queue", "-1"));
    Outcome port = Outcome.of("text", "serve", "--model", model, "--port", "70000");
    assertFailure(2, List.of("--port 70000", "0 to 65535"), port);
    assertFailure(2, List.of("--context", "65", "context length, 64"), serve("--context", "65"));
    assertFailure(2, List.of("--prompt-tokens 3"), serve("--prompt-tokens", "3"));
    assertFailure(2, List.of("--patience", "above 0"), serve("--patience", "0"));
    assertFailure(2, List.of("--grace", "above 0"), serve("--grace", "-1"));
    assertFailure(2, List.of("--name", "empty"), serve("--name", " "));
    assertFailure(2, List.of("--kept-file", ".kept"), serve("--kept-file", "x.txt"));
    assertFailure(1, List.of("no.such.host."), serve("--host", "no.such.host."));
    Path empty = Files.writeString(folder.resolve("empty"), " \n");
    assertFailure(1, List.of("is empty", "a key"), serve("--api-key-file", empty.toString()));
    Path damaged = Files.writeString(folder.resolve("damaged.kept"), "x");
    assertFailure(1, List.of("damaged.kept"), serve("--kept-file", damaged.toString()));
  }
}
