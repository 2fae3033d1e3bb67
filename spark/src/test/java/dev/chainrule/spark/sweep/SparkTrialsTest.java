package dev.chainrule.spark.sweep;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chainrule.base.InputException;
import dev.chainrule.core.engine.Compute;
import dev.chainrule.experiments.experiment.Experiment;
import dev.chainrule.experiments.experiment.Outcome;
import dev.chainrule.experiments.experiment.Resources;
import dev.chainrule.spark.Cluster;
import dev.chainrule.spark.ExecutorFacts;
import dev.chainrule.spark.LocalCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LocalCluster.class)
class SparkTrialsTest {
  @TempDir Path folder;

  private Experiment experiment(String out) throws IOException {
    Path words = folder.resolve("words.txt");
    Files.writeString(words, "the cat sat on the mat and the dog sat on the log\n".repeat(40));
    Path file =
        Files.writeString(
            folder.resolve("small.yaml"),
            """
            model: {kind: text.gpt, layers: 1, heads: 1, width: 16, context: 16}
            data: {data: %s}
            training: {steps: 150, batch_size: 4, log_every: 10, eval_every: 50, checkpoint_every: 10}
            compute: {engine: vector, threads: 1}
            seeds: [1, 2, 3]
            """
                .formatted(words));
    return Experiment.begin(file, List.of(), folder.resolve(out));
  }

  private static Map<String, Map<String, Double>> numbers(Outcome outcome) {
    Map<String, Map<String, Double>> numbers = new TreeMap<>();
    for (Outcome.Run run : outcome.runs()) {
      Map<String, Double> metrics = new TreeMap<>(requireNonNull(run.result()).metrics());
      metrics.keySet().removeIf(name -> name.contains("seconds") || name.contains("per_second"));
      numbers.put(run.name(), metrics);
    }
    return numbers;
  }

  /** Kills one executor once a run has been saved. */
  private static Thread killer(Cluster cluster, Path runs) {
    ExecutorFacts victim = LocalCluster.executors(cluster).getFirst();
    Thread killer =
        new Thread(
            () -> {
              long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
              while (System.nanoTime() < end && !saved(runs)) {
                Thread.onSpinWait();
              }
              ProcessHandle.of(victim.pid()).ifPresent(ProcessHandle::destroyForcibly);
            });
    killer.start();
    return killer;
  }

  private static boolean saved(Path runs) {
    if (!Files.isDirectory(runs)) {
      return false;
    }
    try (Stream<Path> all = Files.list(runs)) {
      return all.filter(run -> Files.exists(run.resolve("checkpoint/config.json"))).count() >= 2;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void runsOfALostExecutorGoOnAndComeToWhatOneMachineDoes(Cluster cluster) throws Exception {
    Resources one = new Resources(new Compute("vector", 1), 1, Long.MAX_VALUE);
    Outcome alone = experiment("alone").run(one, line -> {}, () -> false);
    Experiment spread = experiment("spread");
    Resources two = new Resources(new Compute("vector", 2), 2, Long.MAX_VALUE);
    Outcome outcome;
    Thread killer = killer(cluster, spread.folder().resolve("runs"));
    try (SparkTrials trials = SparkTrials.of(cluster)) {
      assertThat(trials.slots()).isEqualTo(2);
      outcome = spread.run(two, line -> {}, () -> false, trials);
    }
    killer.join();
    assertThat(numbers(outcome)).isEqualTo(numbers(alone)).hasSize(3);
  }

  @Test
  void aFolderThatExecutorsDoNotSeeIsRefused(Cluster cluster) {
    try (SparkTrials trials = SparkTrials.of(cluster)) {
      assertThatThrownBy(() -> trials.go(folder.resolve("none"), "seed=1", 5, () -> false))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("expected --out on a file system that all machines share");
    }
  }
}
