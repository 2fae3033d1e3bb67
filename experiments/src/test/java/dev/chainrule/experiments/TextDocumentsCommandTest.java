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

/** The text commands on documents, adapters, places in files and music. */
class TextDocumentsCommandTest {
  private static final String PHRASE = "the chain rule of probability, one factor at a time;\n";

  @TempDir static Path folder;
  private static Path data;
  private static Path model;

  @BeforeAll
  static void trainASmallModel() throws IOException {
    data = Files.writeString(folder.resolve("data.txt"), PHRASE.repeat(60));
    model = folder.resolve("model");
    Outcome outcome = train(model, "--steps", "10");
    assertThat(outcome.code()).as(outcome.err()).isZero();
  }

  @Test
  void documentsAreHeldOutScoredAndResumed() throws IOException {
    Path corpus = Files.createDirectories(folder.resolve("corpus"));
    for (int i = 0; i < 12; i++) {
      Files.writeString(corpus.resolve(i + ".txt"), "file " + i + ": " + PHRASE.repeat(5));
    }
    Path out = folder.resolve("documents");
    Outcome begun = train(out, "--data", str(corpus), "--tokenizer", "byte", "--steps", "3");
    assertThat(begun.code()).as(begun.err()).isZero();
    assertThat(begun.out()).contains("12 documents");
    JsonNode whole =
        Outcome.of("text", "eval", "--model", str(out), "--data", str(corpus), "--json").json();
    JsonNode each =
        Outcome.of(
                "text",
                "eval",
                "--model",
                str(out),
                "--data",
                str(corpus),
                "--per-document",
                "--stride",
                "4",
                "--json")
            .json();
    assertThat(each.get("part").asString()).isEqualTo("validation");
    assertThat(each.get("documents").size()).isBetween(1, 5);
    assertThat(each.get("stride").asInt()).isEqualTo(4);
    // Ends are shared by neighbours in the one row, and each document has its own.
    assertThat(each.get("elements").asInt()).isEqualTo(whole.get("elements").asInt());
    assertFailure(
        2,
        List.of("--stride", "1 to the context of 16"),
        Outcome.of("text", "eval", "--model", str(out), "--data", str(corpus), "--stride", "17"));
    Outcome resumed = Outcome.of("text", "train", "--out", str(out), "--resume", "--steps", "4");
    assertThat(resumed.code()).as(resumed.err()).isZero();
    assertThat(resumed.out()).doesNotContain("The data are not");
  }

  @Test
  void aModelGoesOnByAdaptersAndIsMerged() {
    Path adapters = folder.resolve("adapters");
    Outcome tuned =
        Outcome.of(
            "text",
            "train",
            "--from",
            str(model),
            "--lora-rank",
            "2",
            "--lora-targets",
            "c_attn",
            "--data",
            str(data),
            "--steps",
            "3",
            "--out",
            str(adapters),
            "--json");
    assertThat(tuned.code()).as(tuned.err()).isZero();
    assertThat(tuned.json().get("parameters").asInt()).isEqualTo(2 * (16 + 48));
    Path merged = folder.resolve("merged");
    assertThat(Outcome.of("text", "merge", "--model", str(adapters), "--out", str(merged)).code())
        .isZero();
    for (Path one : List.of(adapters, merged)) {
      assertThat(Outcome.of("text", "eval", "--model", str(one), "--data", str(data)).code())
          .isZero();
    }
    assertFailure(
        2,
        List.of("--layers: found 3", "--from"),
        Outcome.of(
            "text",
            "train",
            "--from",
            str(model),
            "--layers",
            "3",
            "--data",
            str(data),
            "--out",
            str(folder.resolve("z"))));
    assertFailure(
        2, List.of("--from: found nothing"), train(folder.resolve("z"), "--lora-rank", "3"));
    assertFailure(
        2,
        List.of("--lora-rank: found nothing"),
        Outcome.of(
            "text",
            "train",
            "--from",
            str(model),
            "--lora-alpha",
            "3",
            "--data",
            str(data),
            "--out",
            str(folder.resolve("z"))));
    assertFailure(
        1,
        List.of("by --from with --lora-rank"),
        train(folder.resolve("z"), "--architecture", "lora"));
  }

  @Test
  void aPlaceInAFileIsCompleted() throws IOException {
    Outcome completed =
        Outcome.of(
            "text",
            "complete",
            "--model",
            str(model),
            "--file",
            str(data),
            "--line",
            "3",
            "--column",
            "9",
            "--tokens",
            "6",
            "--json");
    assertThat(completed.code()).as(completed.err()).isZero();
    assertThat(completed.json().get("filled_in").asBoolean()).isFalse();
    assertThat(completed.json().get("samples").get(0).get("ids").size()).isBetween(1, 6);
    Path windows = Files.writeString(folder.resolve("windows.txt"), "be f\r\nbe f\r\n");
    assertFailure(
        2,
        List.of("--column: found 5", "0 to the line's 4 characters"),
        Outcome.of(
            "text",
            "complete",
            "--model",
            str(model),
            "--file",
            str(windows),
            "--line",
            "1",
            "--column",
            "5"));
    assertFailure(
        2,
        List.of("--line: found 62", "the file's 61 lines"),
        Outcome.of("text", "complete", "--model", str(model), "--file", str(data), "--line", "62"));
    assertFailure(
        2,
        List.of("--column: found 99", "characters"),
        Outcome.of(
            "text",
            "complete",
            "--model",
            str(model),
            "--file",
            str(data),
            "--line",
            "1",
            "--column",
            "99"));
  }

  @Test
  void musicIsReadLearntMeasuredAndPlayed() throws IOException {
    Path json =
        Files.writeString(
            folder.resolve("music.json"),
            "{\"train\": [%s]}".formatted("[[60,64],[60,65],[67]],".repeat(30) + "[[72]]"));
    Path text = folder.resolve("music.txt");
    Outcome read =
        Outcome.of("text", "read-chorales", "--data", str(json), "--out", str(text), "--json");
    assertThat(read.json().get("time_steps").asInt()).isEqualTo(91);
    Path out = folder.resolve("music");
    Outcome trained = train(out, "--data", str(text), "--documents", "lines", "--steps", "3");
    assertThat(trained.code()).as(trained.err()).isZero();
    JsonNode score =
        Outcome.of("text", "eval-chorales", "--model", str(out), "--data", str(text), "--json")
            .json();
    assertThat(score.get("pieces").asInt()).isEqualTo(31);
    assertThat(score.get("time_steps").asInt()).isEqualTo(91);
    assertThat(score.get("nll_per_time_step").asDouble())
        .isCloseTo(
            score.get("nll").asDouble() * score.get("elements").asDouble() / 91,
            org.assertj.core.data.Offset.offset(1e-9));
    Path keys = folder.resolve("keys.txt");
    Outcome moved =
        Outcome.of(
            "text",
            "read-chorales",
            "--data",
            str(json),
            "--transpose",
            "1",
            "--out",
            str(keys),
            "--json");
    assertThat(moved.json().get("pieces").asInt()).isEqualTo(3 * 31);
    assertThat(Files.readAllLines(keys))
        .startsWith("@< A< C ", "?; @; B ", "A= B= D ")
        .endsWith("H ", "G ", "I ");
    assertFailure(
        2,
        List.of("--transpose: found 13", "0 to 12 half tones"),
        Outcome.of("text", "read-chorales", "--data", str(json), "--transpose", "13"));
    Path augmented = folder.resolve("augmented");
    Outcome tuned =
        train(
            augmented,
            "--data",
            str(keys),
            "--documents",
            "lines",
            "--validation-data",
            str(text),
            "--steps",
            "3");
    assertThat(tuned.code()).as(tuned.err()).isZero();
    assertThat(tuned.out()).contains("93 documents");
    assertFailure(
        2,
        List.of("--part: found validation", str(text)),
        Outcome.of(
            "text",
            "eval",
            "--model",
            str(augmented),
            "--data",
            str(keys),
            "--part",
            "validation"));
    assertFailure(
        2,
        List.of("--validation: found 0.2", "none beside --validation-data"),
        train(folder.resolve("z"), "--validation", "0.2", "--validation-data", str(text)));
    Path sound = folder.resolve("music.mid");
    assertThat(Outcome.of("text", "play", "--data", str(text), "--out", str(sound)).code())
        .isZero();
    assertThat(sound).isNotEmptyFile();
    assertFailure(
        2,
        List.of("--line: found 99"),
        Outcome.of("text", "play", "--data", str(text), "--line", "99", "--out", str(sound)));
  }

  private static Outcome train(Path out, String... more) {
    List<String> args =
        new ArrayList<>(
            List.of(
                "text",
                "train",
                "--data",
                str(data),
                "--out",
                str(out),
                "--layers",
                "1",
                "--heads",
                "2",
                "--width",
                "16",
                "--context",
                "16",
                "--batch-size",
                "4",
                "--threads",
                "1"));
    // Of an option given twice the last counts.
    for (String option : more) {
      int at = args.indexOf(option);
      if (at >= 0 && option.startsWith("--")) {
        args.remove(at);
        args.remove(at);
      }
    }
    args.addAll(List.of(more));
    return Outcome.of(args.toArray(String[]::new));
  }

  private static String str(Path path) {
    return path.toString();
  }
}
