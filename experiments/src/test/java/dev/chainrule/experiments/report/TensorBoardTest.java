package dev.chainrule.experiments.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.chainrule.base.io.Json;
import dev.chainrule.base.tensorboard.EventFile;
import dev.chainrule.base.tensorboard.EventSummary;
import dev.chainrule.experiments.Main;
import dev.chainrule.plot.LossCurve;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * TensorBoard's own reader reads what runs leave. It needs the Python that CHAINRULE_TENSORBOARD
 * names, with the package {@code tensorboard}.
 */
class TensorBoardTest {
  @TempDir static Path folder;
  private static Path run = Path.of("");

  @BeforeAll
  static void train() throws IOException {
    run = folder.resolve("run");
    Path text = folder.resolve("text.txt");
    Files.writeString(text, "what was, and what is, and what will be. ".repeat(40));
    train("--data", text.toString(), "--steps", "8");
    train("--resume", "--steps", "12");
  }

  private static void train(String... more) {
    List<String> words = new ArrayList<>(List.of("text", "train", "--out", run.toString()));
    words.addAll(List.of(more));
    if (!words.contains("--resume")) {
      words.addAll(List.of("--layers", "1", "--width", "16", "--heads", "1", "--context", "16"));
      words.addAll(List.of("--log-every", "2", "--eval-every", "4"));
    }
    assertThat(Main.commandLine().execute(words.toArray(String[]::new))).isZero();
  }

  private static JsonNode read(Path events) throws IOException {
    String python = System.getenv("CHAINRULE_TENSORBOARD");
    assumeTrue(python != null, "CHAINRULE_TENSORBOARD names no Python with tensorboard");
    Path script = folder.resolve("events.py");
    try (var in = TensorBoardTest.class.getResourceAsStream("events.py")) {
      Files.write(script, Objects.requireNonNull(in).readAllBytes());
    }
    Process process =
        new ProcessBuilder(python, script.toString(), events.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return Json.parse(printed, "events.py", JsonNode.class);
  }

  @Test
  void aRunAndWhatItIsResumedByLeaveAFileEach() throws IOException {
    try (var files = Files.newDirectoryStream(run, EventFile.PREFIX + "*")) {
      assertThat(files).hasSize(2);
    }
  }

  @Test
  void theCurvesAreThoseOfTheLog() throws IOException {
    JsonNode read = read(run);
    LossCurve log = LossCurve.of(run);
    assertThat(points(read, "nll/train")).isEqualTo(shown(log.learned()));
    assertThat(points(read, "nll/validation")).isEqualTo(shown(log.heldOut()));
    assertThat(read.at("/texts/settings/0").asString()).contains("\"batch_size\"");
  }

  private static List<String> points(JsonNode read, String tag) {
    List<String> points = new ArrayList<>();
    for (JsonNode point : read.path("scalars").path(tag)) {
      points.add("%d %.5f".formatted(point.get(0).asLong(), point.get(1).asDouble()));
    }
    return points;
  }

  private static List<String> shown(List<LossCurve.Point> points) {
    return points.stream().map(p -> "%d %.5f".formatted(p.step(), p.nll())).toList();
  }

  @Test
  void weightsOfEachCheckpointAreHistograms() throws IOException {
    JsonNode histograms = read(run).path("histograms");
    assertThat(histograms.propertyNames()).isNotEmpty();
    for (String name : histograms.propertyNames()) {
      JsonNode each = histograms.path(name);
      assertThat(each.valueStream().map(one -> one.path("step").asLong()))
          .doesNotHaveDuplicates()
          .endsWith(12L);
      for (JsonNode one : each) {
        assertThat(one.path("counted").asDouble()).isEqualTo(one.path("num").asDouble());
        assertThat(one.path("rising").asBoolean()).isTrue();
      }
    }
  }

  @Test
  void whatWasWrittenAfterTheCheckpointOfAResumedRunIsVoid() throws IOException {
    Path events = folder.resolve("events");
    EventFile killed = EventFile.in(events);
    for (int step = 1; step <= 5; step++) {
      killed.add(step, new EventSummary().scalar("loss", step));
    }
    EventFile resumed = EventFile.in(events);
    resumed.restartAt(3);
    resumed.add(4, new EventSummary().scalar("loss", 40));
    assertThat(points(read(events), "loss"))
        .containsExactly("1 1.00000", "2 2.00000", "4 40.00000");
  }
}
