package dev.chainrule.experiments;

import static dev.chainrule.experiments.Outcome.assertFailure;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The text commands as a user meets them, most of all where something is wrong. */
class TextCommandTest {
  private static final String PHRASE = "the chain rule of probability, one factor at a time;\n";

  @TempDir static Path folder;
  private static Path data;
  private static Path model;

  @BeforeAll
  static void trainASmallModel() throws IOException {
    data = folder.resolve("data.txt");
    Files.writeString(data, PHRASE.repeat(60));
    model = folder.resolve("model");
    Outcome outcome = train(model, "--steps", "60", "--json");
    assertThat(outcome.code()).as(outcome.err()).isZero();
    assertThat(outcome.json().get("steps").asInt()).isEqualTo(60);
    assertThat(outcome.json().get("validation_nll").asDouble()).isBetween(0.0, 4.0);
  }

  @Test
  void evaluationAgreesWithTraining() {
    Outcome outcome =
        Outcome.of("text", "eval", "--model", str(model), "--data", str(data), "--json");
    JsonNode json = outcome.json();
    assertThat(json.get("part").asString()).isEqualTo("validation");
    double nll = json.get("nll").asDouble();
    assertThat(json.get("perplexity").asDouble()).isEqualTo(Math.exp(nll));
    assertThat(json.get("bits_per_byte").asDouble())
        .isCloseTo(nll / Math.log(2), org.assertj.core.data.Offset.offset(1e-12));
  }

  @Test
  void theSameSeedGivesTheSameSample() {
    String[] command = {
      "text", "sample", "--model", str(model), "--prompt", "the", "--tokens", "40", "--json"
    };
    JsonNode first = Outcome.of(command).json().get("samples").get(0);
    JsonNode second = Outcome.of(command).json().get("samples").get(0);
    assertThat(second).isEqualTo(first);
    assertThat(first.get("ids").size()).isEqualTo(40);
    assertThat(first.get("log_prob").asDouble()).isNegative();
  }

  private Outcome continued(String... options) {
    List<String> command =
        new ArrayList<>(List.of("text", "sample", "--model", str(model), "--prompt", "the"));
    command.addAll(List.of(options));
    return Outcome.of(command.toArray(String[]::new));
  }

  @Test
  void samplesStandInTheOrderOfTheirStreams() {
    JsonNode four = continued("-n", "4", "--tokens", "8", "--json").json().get("samples");
    JsonNode one = continued("--tokens", "8", "--json").json().get("samples");
    JsonNode two = continued("-n", "2", "--tokens", "8", "--json").json().get("samples");
    assertThat(four.get(0)).isEqualTo(one.get(0)).isEqualTo(two.get(0));
    assertThat(four.get(1)).isEqualTo(two.get(1));
  }

  @Test
  void theBestOfSeveralIsTheMostProbableOfThem() {
    JsonNode all = continued("-n", "4", "--tokens", "8", "--json").json().get("samples");
    double most = Double.NEGATIVE_INFINITY;
    for (JsonNode one : all) {
      most = Math.max(most, one.get("log_prob").asDouble());
    }
    JsonNode best = continued("--best-of", "4", "--tokens", "8", "--json").json().get("samples");
    assertThat(best.size()).isEqualTo(1);
    assertThat(best.get(0).get("log_prob").asDouble()).isEqualTo(most);
  }

  @Test
  void aTextEndsBeforeAStop() {
    String whole =
        continued("--tokens", "40", "--json").json().get("samples").get(0).get("text").asString();
    String stop = whole.substring(10, 12);
    JsonNode cut =
        continued("--tokens", "40", "--stop", stop, "--json").json().get("samples").get(0);
    assertThat(cut.get("text").asString()).isEqualTo(whole.substring(0, whole.indexOf(stop)));
    assertThat(continued("--tokens", "40", "--stop", stop).out())
        .isEqualTo("the" + cut.get("text").asString() + System.lineSeparator());
  }

  @Test
  void waysOfDrawingThatDoNotFitTogetherAreRefused() {
    assertFailure(2, List.of("leaves out top-p"), continued("--order", "top-k", "--top-p", "0.5"));
    assertFailure(
        2, List.of("--beams", "beams draw nothing"), continued("--beams", "2", "--greedy"));
    assertFailure(2, List.of("--beams: found 2"), continued("--beams", "2", "-n", "3"));
    assertFailure(2, List.of("--length-penalty"), continued("--length-penalty", "2"));
    assertFailure(2, List.of("--best-of: found 1"), continued("--best-of", "1", "-n", "2"));
    assertFailure(2, List.of("an empty stop string"), continued("--stop", ""));
    assertFailure(2, List.of("--top-k: found 0"), continued("--top-k", "0"));
  }

  @Test
  void aRunGoesOnWhereItStopped() {
    Path whole = folder.resolve("whole");
    Path halves = folder.resolve("halves");
    train(whole, "--steps", "20", "--schedule", "constant");
    train(halves, "--steps", "10", "--schedule", "constant");
    Outcome resumed =
        Outcome.of(
            "text", "train", "--out", str(halves), "--resume", "--steps", "20", "--threads", "1");
    assertThat(resumed.code()).as(resumed.err()).isZero();
    assertThat(bytes(halves.resolve("model.safetensors")))
        .isEqualTo(bytes(whole.resolve("model.safetensors")));
  }

  @Test
  void resumingRefusesOtherOptionsAndTakesTheSame() {
    Path out = folder.resolve("same");
    train(out, "--steps", "2", "--learning-rate", "0.01");
    assertFailure(
        1,
        List.of("--learning-rate: found 0.02", "began with 0.01"),
        Outcome.of("text", "train", "--out", str(out), "--resume", "--learning-rate", "0.02"));
    assertFailure(
        1,
        List.of("--min-learning-rate: found 0.001", "began without it"),
        Outcome.of("text", "train", "--out", str(out), "--resume", "--min-learning-rate", "0.001"));
    Outcome repeated = train(out, "--steps", "3", "--learning-rate", "1e-2", "--resume");
    assertThat(repeated.code()).as(repeated.err()).isZero();
    assertThat(repeated.out()).contains("done after 3 steps").doesNotContain("The data are not");
  }

  @Test
  void theCommandThatTrainingPrintsWorksForATextWithoutLineEnds() throws IOException {
    Path text =
        Files.writeString(folder.resolve("line.txt"), "all of it stands on one line ".repeat(60));
    Path out = folder.resolve("line");
    Outcome trained = train(out, "--data", str(text), "--steps", "2");
    assertThat(trained.out()).contains("./chainrule text sample --model " + out);
    Outcome drawn = Outcome.of("text", "sample", "--model", str(out), "--json");
    assertThat(drawn.code()).as(drawn.err()).isZero();
    assertFailure(
        1, List.of("U+000A"), Outcome.of("text", "sample", "--model", str(out), "--prompt", "\n"));
  }

  @Test
  void filesOfAKilledSaveAreGoneWhenTheRunGoesOn() throws IOException {
    Path copy = copyOfModel("killed");
    Files.writeString(copy.resolve(".model.safetensors.4194303-1.tmp"), "half");
    Files.writeString(copy.resolve("notes.txt"), "mine");
    Outcome resumed = train(copy, "--steps", "61", "--resume");
    assertThat(resumed.code()).as(resumed.err()).isZero();
    assertThat(copy.resolve(".model.safetensors.4194303-1.tmp")).doesNotExist();
    assertThat(copy.resolve("notes.txt")).hasContent("mine");
  }

  @Test
  void aCheckpointWithWhatIsNoNumberIsRefused() throws IOException {
    for (String name : List.of("model.safetensors", "optimizer.safetensors")) {
      Path copy = copyOfModel("nan-" + name);
      try (RandomAccessFile file = new RandomAccessFile(copy.resolve(name).toFile(), "rw")) {
        file.seek(file.length() - 4);
        file.write(new byte[] {0, 0, (byte) 0xC0, 0x7F});
      }
      Outcome resumed = train(copy, "--steps", "61", "--resume");
      assertFailure(1, List.of(name + ": tensor ", " holds NaN at "), resumed);
    }
    assertFailure(
        1,
        List.of("model.safetensors: tensor ", " holds NaN at "),
        sampleFrom(folder.resolve("nan-model.safetensors")));
  }

  @Test
  void resumingOnOtherDataIsSaid() throws IOException {
    Path text = Files.writeString(folder.resolve("growing.txt"), PHRASE.repeat(60));
    Path out = folder.resolve("grown");
    train(out, "--data", str(text), "--steps", "2");
    Files.writeString(text, PHRASE.repeat(61));
    Outcome resumed = Outcome.of("text", "train", "--out", str(out), "--resume", "--steps", "3");
    assertThat(resumed.code()).as(resumed.err()).isZero();
    assertThat(resumed.out()).contains("The data are not those", str(out));
  }

  @Test
  void aRunOnSomeFilesOfAFolderGoesOnWithThose() throws IOException {
    Path sources = Files.createDirectories(folder.resolve("sources"));
    Files.writeString(sources.resolve("a.txt"), PHRASE.repeat(60));
    Files.writeString(sources.resolve("b.md"), PHRASE + "\u00e9");
    Path out = folder.resolve("some");
    Outcome begun = train(out, "--data", str(sources), "--glob", "**.txt", "--steps", "2");
    assertThat(begun.code()).as(begun.err()).isZero();
    Outcome resumed = Outcome.of("text", "train", "--out", str(out), "--resume", "--steps", "3");
    assertThat(resumed.code()).as(resumed.err()).isZero();
    Outcome evaluated = Outcome.of("text", "eval", "--model", str(out), "--data", str(sources));
    assertThat(evaluated.code()).as(evaluated.err()).isZero();
    assertThat(evaluated.out()).contains("held-out part");
    assertFailure(
        1,
        List.of("sources", "U+00E9"),
        Outcome.of("text", "eval", "--model", str(out), "--data", str(sources), "--glob", "**.md"));

    // As a version wrote it that did not know --glob, and kept no options of the command.
    Path config = out.resolve("config.json");
    String text = Files.readString(config);
    String known = text.replaceFirst("\"glob\" : \"[^\"]*\",", "");
    Files.writeString(
        config,
        known
            .replace("\"version\" : 2", "\"version\" : 1")
            .replaceFirst("(?s),\\s*\"command_line\".*\"data_checksum\" : \"[^\"]*\"", ""));
    assertThat(Files.readString(config)).doesNotContain("command_line", "data_checksum");
    assertFailure(
        1,
        List.of("sources", "U+00E9"),
        Outcome.of("text", "eval", "--model", str(out), "--data", str(sources)));
  }

  @Test
  void aFolderOfAnotherProgramIsLeftAlone() throws IOException {
    Path other = Files.createDirectories(folder.resolve("other"));
    Files.writeString(other.resolve("config.json"), "{\"architectures\": []}");
    assertFailure(1, List.of("other", "not Chainrule's"), train(other, "--steps", "2"));
    assertThat(other.resolve("config.json")).hasContent("{\"architectures\": []}");
    Path weights = Files.createDirectories(folder.resolve("weights"));
    Files.write(weights.resolve("model.safetensors"), new byte[3]);
    assertFailure(1, List.of("weights", "no config.json"), train(weights, "--steps", "2"));
  }

  @Test
  void missingAndEmptyDataAreNamed() throws IOException {
    Path empty = Files.writeString(folder.resolve("empty.txt"), "");
    assertFailure(1, List.of("empty.txt", "empty"), trainOn(empty));
    assertFailure(1, List.of("nowhere.txt", "no such"), trainOn(folder.resolve("nowhere.txt")));
  }

  @Test
  void shortDataNameWhatIsNeeded() throws IOException {
    Path tiny = Files.writeString(folder.resolve("tiny.txt"), "to be or not to be");
    assertFailure(1, List.of("tiny.txt", "16 tokens"), trainOn(tiny));
    Path small = Files.writeString(folder.resolve("small.txt"), PHRASE);
    assertFailure(
        1,
        List.of("different crops", "batch of 500"),
        Outcome.of(
            "text",
            "train",
            "--data",
            str(small),
            "--out",
            str(folder.resolve("x")),
            "--context",
            "8",
            "--batch-size",
            "500"));
  }

  @Test
  void aPromptOutsideTheVocabularyNamesTheCharacter() {
    assertFailure(
        1,
        List.of("U+00E9"),
        Outcome.of("text", "sample", "--model", str(model), "--prompt", "caf\u00e9"));
  }

  @Test
  void samplingOptionsOutOfRangeAreUsageErrors() {
    for (String[] wrong :
        new String[][] {
          {"--top-p", "0"}, {"--top-p", "1.5"}, {"--temperature", "-1"}, {"--top-k", "0"},
          {"--min-p", "2"}, {"--samples", "0"}, {"--tokens", "-1"}, {"--prompt", ""}
        }) {
      Outcome outcome = Outcome.of("text", "sample", "--model", str(model), wrong[0], wrong[1]);
      assertFailure(2, List.of("expected"), outcome);
    }
  }

  @Test
  void temperatureZeroIsGreedy() {
    Outcome zero = sample("--temperature", "0");
    Outcome greedy = sample("--greedy");
    assertThat(zero.json().get("samples").get(0).get("ids").size()).isEqualTo(20);
    assertThat(zero.json().get("samples")).isEqualTo(greedy.json().get("samples"));
  }

  @Test
  void moreTokensThanTheContextAreDrawn() {
    Outcome outcome =
        Outcome.of("text", "sample", "--model", str(model), "--tokens", "100", "--json");
    assertThat(outcome.json().get("samples").get(0).get("elements").asInt()).isEqualTo(100);
  }

  @Test
  void widthThatHeadsDoNotDivideIsAUsageError() {
    assertFailure(
        2,
        List.of("embedding_dim 10", "num_heads 4"),
        train(folder.resolve("odd"), "--width", "10", "--heads", "4"));
  }

  @Test
  void anExistingRunIsNotOverwritten() {
    assertFailure(1, List.of("--resume"), train(model, "--steps", "5"));
  }

  @Test
  void brokenCheckpointsAreRefused() throws IOException {
    Path half = copyOfModel("half");
    try (RandomAccessFile file =
        new RandomAccessFile(half.resolve("model.safetensors").toFile(), "rw")) {
      file.setLength(file.length() / 2);
    }
    assertFailure(1, List.of("model.safetensors"), sampleFrom(half));

    Path without = copyOfModel("without");
    Files.delete(without.resolve("model.safetensors"));
    assertFailure(1, List.of("model.safetensors", "not whole"), sampleFrom(without));

    Path newer = copyOfModel("newer");
    replace(newer, "\"version\" : 2", "\"version\" : 99");
    assertFailure(1, List.of("version 99", "versions 1 to 2"), sampleFrom(newer));

    Path other = copyOfModel("other");
    replace(other, "text.gpt", "pixelcnn.gated");
    assertFailure(1, List.of("kind pixelcnn.gated", "text.gpt"), sampleFrom(other));

    Path reshaped = copyOfModel("reshaped");
    replace(reshaped, "\"num_layers\" : 1", "\"num_layers\" : 2");
    assertFailure(1, List.of("h.1.", "model.safetensors"), sampleFrom(reshaped));

    assertFailure(1, List.of("no such file or folder"), sampleFrom(folder.resolve("nothing")));
  }

  @Test
  void editedConfigurationsAreRefused() throws IOException {
    String[][] edits = {
      {"\"num_layers\" : 1", "\"num_layers\" : \"one\"", "num_layers"},
      {"\"num_layers\" : 1", "\"num_layers\" : null", "expected int"},
      {"\"num_layers\" : 1,", "", "'num_layers' is missing"},
      {"\"embedding_dim\" : 16", "\"embedding_dim\" : 2000000000", "expected at most"},
      {
        "\"context_length\" : 16",
        "\"context_length\" : 2000000000",
        "wpe.weight of shape [2000000000, 16]"
      },
    };
    for (int i = 0; i < edits.length; i++) {
      Path edited = copyOfModel("edited" + i);
      replace(edited, edits[i][0], edits[i][1]);
      assertFailure(1, List.of(edits[i][2]), sampleFrom(edited));
    }
    Path backwards = copyOfModel("backwards");
    replace(backwards, "\"step\" : 60", "\"step\" : -60");
    assertFailure(
        1,
        List.of("config.json", "step -60"),
        Outcome.of("text", "train", "--out", str(backwards), "--resume"));
  }

  @Test
  void weightsThatAreNoNumbersAreRefused() throws IOException {
    Path broken = copyOfModel("nan");
    try (RandomAccessFile file =
        new RandomAccessFile(broken.resolve("model.safetensors").toFile(), "rw")) {
      file.seek(file.length() - 4);
      file.writeInt(-1);
    }
    assertFailure(1, List.of("model.safetensors", "holds NaN"), sampleFrom(broken));
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

  private static Outcome trainOn(Path source) {
    return Outcome.of(
        "text",
        "train",
        "--data",
        str(source),
        "--out",
        str(folder.resolve("none")),
        "--context",
        "16");
  }

  private static Outcome sample(String... more) {
    List<String> args =
        new ArrayList<>(
            List.of("text", "sample", "--model", str(model), "--tokens", "20", "--json"));
    args.addAll(List.of(more));
    return Outcome.of(args.toArray(String[]::new));
  }

  private static Outcome sampleFrom(Path checkpoint) {
    return Outcome.of("text", "sample", "--model", str(checkpoint), "--prompt", "the");
  }

  private static Path copyOfModel(String name) throws IOException {
    Path copy = Files.createDirectory(folder.resolve(name));
    for (String file :
        List.of(
            "config.json",
            "model.safetensors",
            "optimizer.safetensors",
            "tokenizer.json",
            "train.jsonl")) {
      Files.copy(model.resolve(file), copy.resolve(file));
    }
    return copy;
  }

  private static void replace(Path checkpoint, String from, String to) throws IOException {
    Path config = checkpoint.resolve("config.json");
    String text = Files.readString(config);
    assertThat(text).contains(from);
    Files.writeString(config, text.replace(from, to));
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static String str(Path path) {
    return path.toString();
  }
}
