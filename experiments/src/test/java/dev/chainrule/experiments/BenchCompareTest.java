package dev.chainrule.experiments;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchCompareTest {
  @TempDir Path folder;

  private Path runs(String name, String... results) throws IOException {
    Path runs = Files.createDirectories(folder.resolve(name));
    for (int i = 0; i < results.length; i++) {
      Files.writeString(
          runs.resolve("run" + i + ".json"),
          "{\"command\": \"bench\", \"ceilings\": {\"sgemm_gflops\": 100.0,"
              + " \"memory_gb_per_second\": 20.0}, \"results\": ["
              + results[i]
              + "]}");
    }
    return runs;
  }

  private static String time(String name, double milliseconds) {
    return "{\"name\": \"%s\", \"milliseconds\": %s, \"per_second\": 1.0}"
        .formatted(name, milliseconds);
  }

  @Test
  void aSlowerBenchmarkIsExitCodeOne() throws IOException {
    String kept = time("core.b", 5);
    Path old = runs("old", time("a", 10) + "," + kept, time("a", 11) + "," + kept, time("gone", 1));
    Path now = runs("new", time("a", 14) + "," + kept, time("a", 13) + "," + time("new", 2));
    Outcome json = Outcome.of("bench", "compare", old.toString(), now.toString(), "--json");
    assertThat(json.code()).isEqualTo(1);
    assertThat(json.out())
        .contains("\"slower\":1")
        .contains("\"only_old\":[\"gone\"]")
        .contains("\"only_new\":[\"new\"]");
    Outcome outcome = Outcome.of("bench", "compare", old.toString(), now.toString());
    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.out())
        .contains("1.286  slower (by chance: 0.17)")
        .contains("fewer than 3 runs")
        .contains("only in the old runs: gone");
    Outcome allowed =
        Outcome.of("bench", "compare", old.toString(), now.toString(), "--threshold", "40");
    assertThat(allowed.code()).isZero();
    assertThat(allowed.out()).contains("0 of 2 slower by more than 40.0 %");
  }

  @Test
  void whatBenchHasNotWrittenIsRefusedInOneSentence() throws IOException {
    Path old = runs("old", time("a", 10));
    Path empty = Files.createDirectories(folder.resolve("empty"));
    assertThat(Outcome.of("bench", "compare", old.toString(), empty.toString()).err())
        .contains("holds no .json file");
    Path other = Files.writeString(folder.resolve("other.json"), "{\"results\": []}");
    assertThat(Outcome.of("bench", "compare", other.toString(), old.toString()).err())
        .contains("other.json: has no \"ceilings\" and \"results\"");
    Path negative = runs("negative", time("a", -1));
    assertThat(Outcome.of("bench", "compare", old.toString(), negative.toString()).err())
        .contains("expected a name and a time above 0");
    Path apart = runs("apart", time("b", 1));
    Outcome none = Outcome.of("bench", "compare", old.toString(), apart.toString());
    assertThat(none.err()).contains("no benchmark in common");
    assertThat(none.code()).isEqualTo(1);
    Outcome threshold =
        Outcome.of("bench", "compare", old.toString(), old.toString(), "--threshold=-1");
    assertThat(threshold.code()).isEqualTo(2);
    assertThat(threshold.err()).contains("--threshold: found -1.0, expected per cent");
  }
}
