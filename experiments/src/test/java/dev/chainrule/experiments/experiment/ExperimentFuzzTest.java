package dev.chainrule.experiments.experiment;

import dev.chainrule.core.testkit.ReaderFuzz;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class ExperimentFuzzTest {
  private static final String VALID =
      """
      name: e
      expect: {value: 2, within: 0.1}
      model: {kind: baseline.drift}
      data: {data: a.csv, season: 12}
      evaluation: {horizon: &h 12, windows: 2}
      seeds: [1, 2]
      sweep: {method: random, trials: 2, over: {evaluation.samples: {from: 1, to: 9, whole: true}}}
      """;

  private static final String[] PIECES = {
    "[", "]", "{", "}", ": ", ", ", "\n", "  ", "- ", "&h", "*h", "? ", "!!int ", "'", "\"", "null",
    "-1", "1e999", "seeds", "sweep: ", "over: ", "kind: ", "|", "#", "\t", "%YAML", "---", "..."
  };

  @Test
  void experiments() {
    ReaderFuzz.run(
        "experiment",
        30_000,
        ExperimentFuzzTest::input,
        bytes ->
            ExperimentPlan.parse(
                new String(bytes, StandardCharsets.UTF_8),
                ReaderFuzz.ORIGIN,
                Path.of("."),
                List.of()));
  }

  private static byte[] input(RandomGenerator random) {
    StringBuilder text = new StringBuilder(VALID);
    for (int i = random.nextInt(4); i > 0; i--) {
      int at = random.nextInt(text.length());
      int length = Math.min(random.nextInt(12), text.length() - at);
      String piece = random.nextInt(3) == 0 ? "" : PIECES[random.nextInt(PIECES.length)];
      text.replace(at, at + length, piece);
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }
}
