package dev.chainrule.experiments;

import static dev.chainrule.experiments.Outcome.assertFailure;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The commands that learn tokenizers and show what they do. */
class TextTokenizerCommandTest {
  private static final String PHRASE = "the chain rule of probability, one factor at a time;\n";

  @TempDir Path folder;
  private Path data;

  @BeforeEach
  void write() throws IOException {
    data = Files.writeString(folder.resolve("data.txt"), PHRASE.repeat(60));
  }

  @Test
  void aTokenizerIsLearntShownAndTrainedWith() throws IOException {
    Path tokenizer = folder.resolve("bpe.json");
    Outcome learnt =
        Outcome.of(
            "text",
            "train-tokenizer",
            "--data",
            str(data),
            "--vocab-size",
            "270",
            "--out",
            str(tokenizer),
            "--json");
    assertThat(learnt.code()).as(learnt.err()).isZero();
    assertThat(learnt.json().get("vocab_size").asInt()).isEqualTo(270);
    assertThat(learnt.json().get("merges").asInt()).isEqualTo(270 - 257);
    Outcome shown =
        Outcome.of(
            "text",
            "tokenize",
            "--tokenizer",
            str(tokenizer),
            "--text",
            "the<|endoftext|>",
            "--marked",
            "--json");
    assertThat(shown.json().get("pieces").get(0).get("piece").asString()).startsWith("t");
    assertThat(
            shown
                .json()
                .get("pieces")
                .get(shown.json().get("elements").asInt() - 1)
                .get("control")
                .asBoolean())
        .isTrue();
    Outcome ids =
        Outcome.of("text", "tokenize", "--tokenizer", str(tokenizer), "--text", "the", "--ids");
    assertThat(ids.out().strip()).matches("[0-9 ]+");
    JsonNode counted =
        Outcome.of("text", "tokenize", "--tokenizer", str(tokenizer), "--data", str(data), "--json")
            .json();
    assertThat(counted.get("characters").asLong()).isEqualTo(PHRASE.length() * 60L);
    assertThat(counted.get("training_elements").asLong())
        .isEqualTo(counted.get("elements").asLong() - counted.get("validation_elements").asLong())
        .isLessThan(PHRASE.length() * 54L);
    Path out = folder.resolve("subwords");
    Outcome trained = train(out, "--tokenizer", str(tokenizer), "--steps", "2", "--context", "16");
    assertThat(trained.code()).as(trained.err()).isZero();
    Outcome drawn =
        Outcome.of(
            "text", "sample", "--model", str(out), "--prompt", "the", "--tokens", "5", "--json");
    assertThat(drawn.code()).as(drawn.err()).isZero();
    Outcome same = Outcome.of("text", "tokenize", "--model", str(out), "--text", "the", "--ids");
    assertThat(same.out()).isEqualTo(ids.out());
  }

  @Test
  void aTokenizerThatIsNoneIsNamed() {
    assertFailure(
        2,
        List.of("--tokenizer: found no/such", "char, byte or the name of a file"),
        train(folder.resolve("none"), "--tokenizer", "no/such"));
    assertFailure(
        2,
        List.of("--text", "one of --text and --data"),
        Outcome.of("text", "tokenize", "--tokenizer", str(data)));
    assertFailure(
        2,
        List.of("--vocab-size 5", "expected at least 257"),
        Outcome.of(
            "text",
            "train-tokenizer",
            "--data",
            str(data),
            "--vocab-size",
            "5",
            "--out",
            str(folder.resolve("x.json"))));
  }

  private Outcome train(Path out, String... more) {
    List<String> args = new ArrayList<>(List.of("text", "train", "--data", str(data)));
    args.addAll(List.of("--out", str(out), "--layers", "1", "--heads", "2", "--width", "16"));
    args.addAll(List.of("--batch-size", "4", "--threads", "1"));
    args.addAll(List.of(more));
    return Outcome.of(args.toArray(String[]::new));
  }

  private static String str(Path path) {
    return path.toString();
  }
}
