package dev.chainrule.spark.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.base.InputException;
import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.core.run.TrainingRun;
import dev.chainrule.core.train.RingPeers.Format;
import dev.chainrule.core.train.TrainingListener;
import dev.chainrule.experiments.Main;
import dev.chainrule.experiments.cluster.SharedTraining;
import dev.chainrule.spark.Cluster;
import dev.chainrule.spark.ExecutorFacts;
import dev.chainrule.spark.LocalCluster;
import dev.chainrule.text.run.TextModel;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LocalCluster.class)
class SparkTrainingTest {
  private static final int STEPS = 60;

  @TempDir Path folder;

  @BeforeEach
  void writeWords() throws IOException {
    CounterRandom random = CounterRandom.of(3);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 4000; i++) {
      text.append((char) ('a' + random.nextInt(6))).append(i % 7 == 0 ? "\n" : "");
    }
    Files.writeString(folder.resolve("words.txt"), text);
  }

  /** A run's first checkpoint, from which one machine or many go on. */
  private List<String> begun(String out) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "text",
                "train",
                "--data=" + folder.resolve("words.txt"),
                "--out=" + folder.resolve(out),
                "--layers=1",
                "--heads=2",
                "--width=16",
                "--context=16",
                "--dropout=0.1",
                "--batch-size=6",
                "--steps=" + STEPS,
                "--checkpoint-every=10",
                "--threads=1",
                "--engine=vector"));
    run(0, words, "--steps=1");
    words.remove("--steps=" + STEPS);
    words.add("--resume");
    words.add("--steps=" + STEPS);
    return words;
  }

  private static void run(int code, List<String> words, String... more) {
    List<String> all = new ArrayList<>(words);
    for (String word : more) {
      all.removeIf(before -> before.startsWith(word.replaceFirst("=.*", "=")));
      all.add(word);
    }
    assertThat(Main.commandLine().execute(all.toArray(String[]::new))).isEqualTo(code);
  }

  private TrainingRun.Result shared(
      Cluster cluster, String out, List<String> words, Format format, TrainingListener listener)
      throws IOException {
    SharedTraining.Job job =
        new SharedTraining.Job("local-cluster", Map.of(), 2, 1, format, folder.resolve(out), words);
    PrintStream text = new PrintStream(OutputStream.nullOutputStream(), true);
    return SparkTraining.train(cluster, job, () -> {}, text, List.of(listener), () -> false);
  }

  private double[] weights(String out) throws IOException {
    return TextModel.open(folder.resolve(out)).network().parameters().values().toDoubles();
  }

  @Test
  void twoExecutorsLearnWhatOneMachineDoesAlsoWhenOneIsKilled(Cluster cluster) throws Exception {
    run(0, begun("alone"));
    List<String> words = begun("together");
    AtomicLong heard = new AtomicLong();
    ExecutorFacts victim = LocalCluster.executors(cluster).getFirst();
    Thread killer =
        new Thread(
            () -> {
              while (heard.get() < 25) {
                Thread.onSpinWait();
              }
              ProcessHandle.of(victim.pid()).ifPresent(ProcessHandle::destroyForcibly);
            });
    killer.setDaemon(true);
    killer.start();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void stepDone(long step, double nll, double norm, double rate) {
            heard.set(step);
          }
        };
    TrainingRun.Result result = shared(cluster, "together", words, Format.FLOAT32, listener);
    assertThat(result.steps()).isEqualTo(STEPS);
    assertThat(weights("together")).containsExactly(weights("alone"), within(1e-5));
  }

  @Test
  void aSignToStopOfADriverThatWasKilledDoesNotEndTheNextOne(Cluster cluster) throws Exception {
    List<String> words = begun("again");
    Path signs = Files.createDirectories(folder.resolve(".again.processes"));
    Files.createFile(signs.resolve(SparkTraining.STOP));
    AtomicLong heard = new AtomicLong();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void stepDone(long step, double nll, double norm, double rate) {
            heard.set(step);
          }
        };
    TrainingRun.Result result = shared(cluster, "again", words, Format.BFLOAT16, listener);
    assertThat(result.stopped()).isFalse();
    assertThat(result.steps()).isEqualTo(STEPS);
    assertThat(heard).hasValue(STEPS);
    assertThat(signs).doesNotExist();
  }

  @Test
  void aProcessHasItsProcessorsOnOneExecutor() {
    assertThat(Cluster.room(2, 3, 2)).isEqualTo(2);
    assertThat(Cluster.room(2, 4, 2)).isEqualTo(4);
    assertThat(Cluster.room(5, 1, 1)).isEqualTo(5);
    assertThat(Cluster.room(5, 1, 2)).isZero();
  }

  @Test
  void moreProcessesThanThereIsRoomForAreRefusedBeforeAnythingIsWritten(Cluster cluster) {
    SharedTraining.Job job =
        new SharedTraining.Job(
            "local-cluster", Map.of(), 5, 1, Format.FLOAT32, folder.resolve("m"), List.of());
    AtomicBoolean begun = new AtomicBoolean();
    assertThatThrownBy(
            () ->
                SparkTraining.train(
                    cluster,
                    job,
                    () -> begun.set(true),
                    new PrintStream(OutputStream.nullOutputStream()),
                    List.of(),
                    () -> false))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("--processes: found 5, expected at most the 2");
    assertThat(begun).isFalse();
  }
}
