package dev.chainrule.experiments;

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

/** {@code text sample --beams}. */
class TextBeamsCommandTest {
  @TempDir static Path folder;
  private static Path model;

  @BeforeAll
  static void trainASmallModel() throws IOException {
    Path data = folder.resolve("data.txt");
    Files.writeString(data, "the cat sat on the mat and the dog lay by the door\n".repeat(40));
    model = folder.resolve("model");
    Outcome outcome =
        Outcome.of(
            "text",
            "train",
            "--data",
            data.toString(),
            "--out",
            model.toString(),
            "--steps",
            "5",
            "--layers",
            "1",
            "--width",
            "16",
            "--heads",
            "2");
    assertThat(outcome.code()).as(outcome.err()).isZero();
  }

  private static Outcome continued(String... options) {
    List<String> command =
        new ArrayList<>(List.of("text", "sample", "--model", model.toString(), "--prompt", "the"));
    command.addAll(List.of(options));
    return Outcome.of(command.toArray(String[]::new));
  }

  @Test
  void beamsAreAsProbableAsTheySayAndSorted() {
    JsonNode beams =
        continued("--beams", "4", "-n", "3", "--tokens", "6", "--json").json().get("samples");
    assertThat(beams.size()).isEqualTo(3);
    double before = Double.POSITIVE_INFINITY;
    for (JsonNode beam : beams) {
      double sum = 0;
      for (JsonNode logProb : beam.get("log_probs")) {
        sum += logProb.asDouble();
      }
      assertThat(beam.get("log_prob").asDouble()).isEqualTo(sum).isLessThanOrEqualTo(before);
      before = sum;
    }
    double greedy =
        continued("--greedy", "--tokens", "6", "--json")
            .json()
            .get("samples")
            .get(0)
            .get("log_prob")
            .asDouble();
    assertThat(beams.get(0).get("log_prob").asDouble()).isGreaterThanOrEqualTo(greedy - 1e-4);
  }

  @Test
  void beamsBeginWithWhatIsForcedAndEndBeforeStops() {
    JsonNode first =
        continued("--beams", "3", "--tokens", "12", "--forced-bos", "5", "--json")
            .json()
            .get("samples")
            .get(0);
    assertThat(first.at("/ids/0").asInt()).isEqualTo(5);
    String text = first.get("text").asString();
    String stop = text.substring(4, 6);
    JsonNode beams =
        continued(
                "--beams",
                "3",
                "-n",
                "3",
                "--tokens",
                "12",
                "--forced-bos",
                "5",
                "--stop",
                stop,
                "--json")
            .json()
            .get("samples");
    assertThat(beams.size()).isEqualTo(3);
    assertThat(beams.valueStream().map(beam -> beam.get("finish").asString()))
        .contains("stop_string");
    for (JsonNode beam : beams) {
      assertThat(beam.get("text").asString()).doesNotContain(stop);
    }
  }
}
