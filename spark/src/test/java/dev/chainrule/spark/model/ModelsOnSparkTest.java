package dev.chainrule.spark.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chainrule.core.sampling.SamplingConfig;
import dev.chainrule.experiments.Main;
import dev.chainrule.spark.Cluster;
import dev.chainrule.spark.ExecutorFacts;
import dev.chainrule.spark.LocalCluster;
import dev.chainrule.text.run.TextModel;
import dev.chainrule.text.run.TextSample;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LocalCluster.class)
class ModelsOnSparkTest {
  private static final int COUNT = 70;

  @TempDir static Path folder;
  private static Path model;

  @BeforeAll
  static void train() throws Exception {
    Path words = folder.resolve("words.txt");
    Files.writeString(words, "the cat sat on the mat and the dog sat on the log\n".repeat(40));
    model = folder.resolve("model");
    int code =
        Main.commandLine()
            .execute(
                ("text train --data %s --out %s --layers 1 --heads 1 --width 16 --context 32"
                        + " --steps 30 --batch-size 4 --threads 1 --engine vector")
                    .formatted(words, model)
                    .split(" "));
    assertThat(code).isZero();
  }

  @Test
  void samplesAreThoseOfOneMachineInAnyNumberOfPartitions(Cluster cluster) throws Exception {
    List<Row> rows = new ArrayList<>();
    try (LocalCluster.Killing killing = new LocalCluster.Killing(cluster, 2)) {
      rows.addAll(
          TextsOnSpark.of(cluster, model)
              .samples("the ", 12, COUNT, () -> SamplingConfig.of(7))
              .collectAsList());
      assertThat(killing.done()).isTrue();
    }
    rows.sort(Comparator.comparingLong(row -> row.getLong(0)));
    assertThat(rows).hasSize(COUNT);
    List<TextSample> alone;
    try (TextModel opened = TextModel.open(model)) {
      alone = opened.samples("the ", 12, COUNT, SamplingConfig.of(7));
    }
    for (int i = 0; i < COUNT; i++) {
      assertThat(rows.get(i).getLong(0)).isEqualTo(i);
      assertThat(rows.get(i).getString(1)).isEqualTo(alone.get(i).text());
      assertThat(rows.get(i).getInt(3)).isEqualTo(alone.get(i).ids().size());
    }
  }

  @Test
  void scoresAreThoseOfOneMachine(Cluster cluster) throws Exception {
    List<String> texts = List.of("the cat", "the dog sat", "on the log and the mat");
    Dataset<Row> table =
        cluster
            .session()
            .createDataset(texts, org.apache.spark.sql.Encoders.STRING())
            .toDF("text")
            .repartition(3);
    List<Row> scored = TextsOnSpark.of(cluster, model).scores(table, "text").collectAsList();
    assertThat(scored).hasSize(3);
    try (TextModel opened = TextModel.open(model)) {
      for (Row row : scored) {
        double alone =
            opened.scored(opened.begun(row.getString(0)), 0).places().stream()
                .mapToDouble(place -> place.logProb())
                .sum();
        assertThat(row.<Double>getAs("log_prob")).isEqualTo(alone);
      }
    }
  }

  @Test
  void textsThatAreNoneAreRefused(Cluster cluster) throws Exception {
    TextsOnSpark texts = TextsOnSpark.of(cluster, model);
    Dataset<Row> numbers = cluster.session().range(3).toDF("text");
    assertThatThrownBy(() -> texts.scores(numbers, "text"))
        .hasMessage(
            "scores: found columns struct<text:bigint>, expected text of type string among them.");
    Dataset<Row> none = numbers.selectExpr("cast(null as string) as text");
    assertThatThrownBy(() -> texts.scores(none, "text").collectAsList())
        .hasStackTraceContaining("scores: found a row without a text, expected a text in each.");
  }

  @Test
  void aModelThatDoesNotFitAnExecutorIsRefused() {
    ExecutorFacts small = new ExecutorFacts("4", "far", 1, 25, "4.2.0", "0.1.0", true, 512L << 20);
    assertThatThrownBy(() -> ModelFiles.requireRoom(List.of(small), Path.of("large"), 600L << 20))
        .hasMessage(
            "large: its files have 600 MB, and executor 4 on far has 512 MB, expected 1,200: set"
                + " spark.executor.memory.");
    assertThatThrownBy(() -> ModelFiles.requireRoom(List.of(small), Path.of("large"), 3L << 30))
        .hasMessage(
            "large: its files have 3,072 MB, expected at most 2,047 MB to be sent to executors.");
  }
}
