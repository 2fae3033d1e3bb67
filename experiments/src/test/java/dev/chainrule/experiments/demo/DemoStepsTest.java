package dev.chainrule.experiments.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chainrule.experiments.Main;
import dev.chainrule.experiments.ProjectFolder;
import dev.chainrule.wavenet.audio.AudioClip;
import dev.chainrule.wavenet.audio.WavReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the demo runs, and that what it plays are notes. */
class DemoStepsTest {
  @TempDir Path folder;

  private List<DemoSteps.Step> steps() {
    return DemoSteps.all(ProjectFolder.root(), folder);
  }

  @Test
  void everyStepIsACommandWithOptionsThatItHas() {
    for (DemoSteps.Step step : steps()) {
      assertThat(step.purpose()).isNotBlank();
      // Throws on an option that is unknown, missing or of another type.
      Main.commandLine().parseArgs(step.arguments().toArray(String[]::new));
    }
  }

  @Test
  @Tag("slow")
  void theWaveNetBeatsLinearPredictionAndPlaysNotes() throws IOException {
    JsonNode trained = run("wavenet train");
    double linear = trained.at("/linear_prediction_bits_per_dim").asDouble();
    assertThat(trained.at("/validation_bits_per_dim").asDouble()).isBetween(0.5, linear - 1);
    JsonNode drawn = run("wavenet sample");
    AudioClip clip = WavReader.read(Path.of(drawn.at("/samples/0/file").asString()));
    HeardNotes heard = HeardNotes.in(clip);
    assertThat(heard.soundingShare()).isGreaterThan(0.9);
    assertThat(heard.shareAtNotes()).isGreaterThan(0.85);
    assertThat(heard.shareBetweenNotes()).isLessThan(0.7 * heard.shareAtNotes());
    assertThat(heard.differentNotes()).isGreaterThan(1);
  }

  /** The result of the demo's step that begins so. */
  private JsonNode run(String beginning) {
    DemoSteps.Step step =
        steps().stream()
            .filter(s -> String.join(" ", s.arguments()).startsWith(beginning))
            .findFirst()
            .orElseThrow();
    List<String> arguments = new ArrayList<>(step.arguments());
    if (beginning.endsWith("train")) {
      // All steps, however slow the machine.
      int limit = arguments.indexOf("--seconds");
      arguments.subList(limit, limit + 2).clear();
    }
    arguments.addAll(List.of("--seed", "1", "--json"));
    PrintStream before = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      assertThat(Main.commandLine().execute(arguments.toArray(String[]::new))).isZero();
    } finally {
      System.setOut(before);
    }
    return JsonMapper.shared().readTree(printed.toString(StandardCharsets.UTF_8));
  }
}
