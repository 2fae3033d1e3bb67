package dev.chainrule.experiments;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chainrule.base.random.CounterRandom;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Kills a sweep in its middle, as the kernel does, and goes on with it. {@code -Dkills=20} kills
 * more often, at other moments with another {@code -Dkill.seed}.
 */
@Tag("slow")
class KilledExperimentTest {
  private static final int KILLS = Integer.getInteger("kills", 2);
  private static final long SEED = Long.getLong("kill.seed", 1);
  private static final int PATIENCE_SECONDS = 300;
  private static final int LATEST_MILLIS = 1500;

  @TempDir Path folder;

  @Test
  void aKilledSweepGoesOnToTheSameNumbersAndRepeatsNothing() throws Exception {
    Path file = folder.resolve("e.yaml");
    Files.writeString(
        file,
        """
        model: {kind: text.gpt, layers: 1, heads: 1, width: 8, context: 8}
        data: {data: %s}
        training: {steps: 400, batch_size: 2, log_every: 50, eval_every: 100, checkpoint_every: 20}
        sampling: {tokens: 5}
        seeds: [1, 2, 3]
        compute: {threads: 1}
        """
            .formatted(ProjectFolder.root().resolve("pom.xml")));
    RandomGenerator random = CounterRandom.of(SEED, 0);
    Process whole = start("run", file.toString(), "--out", folder.resolve("whole").toString());
    assertThat(whole.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(whole.exitValue()).as(errors()).isZero();
    String out = folder.resolve("killed").toString();
    Path runs = folder.resolve("killed/e/runs");
    int kills = 0;
    while (kills < KILLS) {
      Process process = start("run", file.toString(), "--out", out);
      Path first = runs.resolve("seed=" + (1 + kills % 2)).resolve("checkpoint/config.json");
      long patience = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
      while (process.isAlive() && !Files.exists(first)) {
        assertThat(System.nanoTime()).isLessThan(patience);
        Thread.sleep(5);
      }
      process.waitFor(random.nextInt(LATEST_MILLIS), TimeUnit.MILLISECONDS);
      process.destroyForcibly().waitFor();
      kills++;
    }
    TreeMap<String, String> done = results(runs);
    Process last = start("resume", folder.resolve("killed/e").toString());
    assertThat(last.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(last.exitValue()).as(errors()).isZero();
    assertThat(results(runs)).as("what was done stays").containsAllEntriesOf(done).hasSize(3);
    assertThat(numbers(runs)).isEqualTo(numbers(folder.resolve("whole/e/runs")));
    try (var files = Files.walk(folder)) {
      assertThat(files.map(f -> String.valueOf(f.getFileName())).toList())
          .noneMatch(name -> name.endsWith(".tmp") || name.endsWith(".lock"));
    }
  }

  private Process start(String... words) throws IOException {
    List<String> all = new java.util.ArrayList<>(List.of("experiment"));
    all.addAll(List.of(words));
    return Child.of(Main.class, all.toArray(String[]::new))
        .redirectOutput(folder.resolve("out").toFile())
        .redirectError(folder.resolve("err").toFile())
        .start();
  }

  private String errors() throws IOException {
    return Files.readString(folder.resolve("err"));
  }

  private static TreeMap<String, String> results(Path runs) throws IOException {
    TreeMap<String, String> results = new TreeMap<>();
    try (var folders = Files.list(runs)) {
      for (Path run : folders.toList()) {
        Path file = run.resolve("result.json");
        if (Files.exists(file)) {
          results.put(String.valueOf(run.getFileName()), Files.readString(file));
        }
      }
    }
    return results;
  }

  /** Metrics of all runs but for those measured in time, and the steps of their lines. */
  private static TreeMap<String, String> numbers(Path runs) throws IOException {
    TreeMap<String, String> numbers = new TreeMap<>();
    for (var result : results(runs).entrySet()) {
      JsonNode metrics = JsonMapper.shared().readTree(result.getValue()).path("metrics");
      ((ObjectNode) metrics).remove("steps_per_second");
      StringBuilder lines = new StringBuilder();
      for (String line :
          Files.readAllLines(runs.resolve(result.getKey()).resolve("metrics.jsonl"))) {
        lines.append(((ObjectNode) JsonMapper.shared().readTree(line)).without("seconds"));
      }
      numbers.put(result.getKey(), metrics + lines.toString());
    }
    return numbers;
  }
}
