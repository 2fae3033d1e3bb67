package dev.chainrule.spark.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chainrule.arima.ets.EtsMethod;
import dev.chainrule.arima.forecast.Forecasting;
import dev.chainrule.arima.forecast.ModelScores;
import dev.chainrule.base.InputException;
import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.base.series.Outlook;
import dev.chainrule.base.series.SeriesFile;
import dev.chainrule.experiments.Main;
import dev.chainrule.experiments.cluster.BlockCommand;
import dev.chainrule.experiments.cluster.ClusterWork;
import dev.chainrule.spark.Cluster;
import dev.chainrule.spark.Folder;
import dev.chainrule.spark.LocalCluster;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LocalCluster.class)
class ManySeriesTest {
  private static final String HEADER = "unique_id,ds,y\n";
  private static final int SERIES = 36;
  private static final List<String> MODELS = List.of("naive", "seasonal_naive", "theta");

  @TempDir Path folder;

  /** Monthly series, the third with a cell that is no number. */
  private static Map<String, List<String>> rows(boolean counts) {
    Map<String, List<String>> series = new LinkedHashMap<>();
    for (int i = 0; i < SERIES; i++) {
      CounterRandom random = CounterRandom.of(5, i);
      List<String> rows = new ArrayList<>();
      int length = 30 + random.nextInt(40);
      for (int t = 0; t < length; t++) {
        double y =
            50 + i + 10 * Math.sin(2 * Math.PI * t / 12) + 3 * random.nextGaussian() + 0.1 * t;
        String time =
            counts ? Integer.toString(t) : "%d-%02d-01".formatted(2010 + t / 12, 1 + t % 12);
        rows.add("s%d,%s,%s\n".formatted(i, time, i == 2 && t == 4 ? "many" : Double.toString(y)));
      }
      series.put("s" + i, rows);
    }
    return series;
  }

  private Path whole(boolean counts) throws IOException {
    StringBuilder text = new StringBuilder(HEADER);
    rows(counts).values().forEach(rows -> rows.forEach(text::append));
    return Files.writeString(folder.resolve("whole.csv"), text);
  }

  /** Whole series file by file. */
  private Path grouped(int files) throws IOException {
    Path parts = Files.createDirectory(folder.resolve("grouped"));
    List<List<String>> series = new ArrayList<>(rows(false).values());
    for (int f = 0; f < files; f++) {
      StringBuilder text = new StringBuilder(HEADER);
      series
          .subList(f * SERIES / files, (f + 1) * SERIES / files)
          .forEach(rows -> rows.forEach(text::append));
      Files.writeString(parts.resolve("part-%02d.csv".formatted(f)), text);
    }
    Files.writeString(parts.resolve("_SUCCESS"), "");
    Files.writeString(parts.resolve("part-99.csv"), "");
    return parts;
  }

  /** First halves of series in one file, second halves in another. */
  private Path torn(boolean counts) throws IOException {
    Path parts = Files.createDirectory(folder.resolve("torn"));
    StringBuilder first = new StringBuilder(HEADER);
    StringBuilder second = new StringBuilder(HEADER);
    for (List<String> rows : rows(counts).values()) {
      rows.subList(0, rows.size() / 2).forEach(first::append);
      rows.subList(rows.size() / 2, rows.size()).forEach(second::append);
    }
    Files.writeString(parts.resolve("a.csv"), first);
    Files.writeString(parts.resolve("b.csv"), second);
    return parts;
  }

  private static Map<String, @Nullable Object> run(Cluster cluster, List<String> words, Path out)
      throws Exception {
    List<String> all = new ArrayList<>(words);
    all.addAll(List.of("--spark", "local-cluster[2,1,1024]", "--out", out.toString()));
    BlockCommand command = (BlockCommand) Main.command(all);
    ClusterWork.SeriesJob job =
        new ClusterWork.SeriesJob(
            "local-cluster[2,1,1024]",
            Map.of(),
            words.get(words.indexOf("--data") + 1),
            out.toString(),
            words.contains("parquet"),
            words.contains("--cv-out"),
            all);
    PrintStream quiet = new PrintStream(OutputStream.nullOutputStream());
    return new SparkWork().forecast(cluster, command, job, new Folder(out.toString()), quiet);
  }

  /** What one machine writes. */
  private static void alone(List<String> words) {
    assertThat(Main.commandLine().execute(words.toArray(String[]::new))).isZero();
  }

  /** The lines of all parts, as one file. */
  private static String together(Path parts) throws IOException {
    StringBuilder text = new StringBuilder();
    try (Stream<Path> files = Files.list(parts)) {
      for (Path part :
          files.filter(p -> p.getFileName().toString().startsWith("part-")).sorted().toList()) {
        String lines = Files.readString(part);
        text.append(text.isEmpty() ? lines : lines.substring(lines.indexOf('\n') + 1));
      }
    }
    return text.toString();
  }

  private List<String> forecast(Path data) {
    return List.of(
        "forecast",
        "--data",
        data.toString(),
        "--horizon",
        "5",
        "--models",
        String.join(",", MODELS),
        "--cv-out",
        folder.resolve("cv.csv").toString());
  }

  private static List<String> and(List<String> words, String... more) {
    List<String> all = new ArrayList<>(words);
    all.addAll(List.of(more));
    return all;
  }

  @Test
  void groupedFilesGiveOneMachinesFilesThoughAnExecutorIsKilled(Cluster cluster) throws Exception {
    Path parts = grouped(9);
    Path out = folder.resolve("out");
    Map<String, @Nullable Object> told;
    try (LocalCluster.Killing killing = new LocalCluster.Killing(cluster, 14)) {
      told = run(cluster, forecast(parts), out);
      assertThat(killing.done()).isTrue();
    }
    Path alone = folder.resolve("alone.csv");
    alone(and(forecast(whole(false)), "--out", alone.toString()));
    assertThat(together(out.resolve("forecasts"))).isEqualTo(Files.readString(alone));
    assertThat(together(out.resolve("validation")))
        .isEqualTo(Files.readString(folder.resolve("cv.csv")));
    assertThat(together(out.resolve("problems")))
        .contains("s2,")
        .contains("part-00.csv:")
        .contains("found \\\"many\\\" in column y");
    assertThat(told)
        .containsEntry("series", SERIES - 1L)
        .containsEntry("failed", 1L)
        .containsEntry("shuffled", false)
        .containsEntry("season", 12);
  }

  @Test
  void rowsOfASeriesInTwoFilesComeTogether(Cluster cluster) throws Exception {
    Path out = folder.resolve("out");
    Map<String, @Nullable Object> told = run(cluster, forecast(torn(true)), out);
    Path alone = folder.resolve("alone.csv");
    alone(and(forecast(whole(true)), "--out", alone.toString()));
    assertThat(together(out.resolve("forecasts"))).isEqualTo(Files.readString(alone));
    assertThat(told).containsEntry("shuffled", true).containsEntry("season", 12);
  }

  @Test
  void oneMethodForAllGivesOneMachinesFile(Cluster cluster) throws Exception {
    List<String> words = List.of("arima", "theta", "--horizon", "4", "--season", "12", "--data");
    Path out = folder.resolve("out");
    run(cluster, and(words, grouped(4).toString()), out);
    Path alone = folder.resolve("alone.csv");
    alone(and(words, whole(false).toString(), "--out", alone.toString()));
    assertThat(together(out.resolve("forecasts"))).isEqualTo(Files.readString(alone));
  }

  @Test
  void parquetIsReadAndWritten(Cluster cluster) throws Exception {
    Path in = folder.resolve("in");
    Dataset<Row> table =
        table(cluster).withColumn("ds", functions.col("ds").cast("date")).repartition(5);
    table.write().parquet(in.toString());
    Path out = folder.resolve("out");
    List<String> words = List.of("arima", "forecast", "--order", "1,0,0", "--horizon", "3");
    run(cluster, and(words, "--format", "parquet", "--data", in.toString()), out);
    Path file = folder.resolve("alone.csv");
    alone(and(words, "--data", whole(false).toString(), "--out", file.toString()));
    List<String> rows = new ArrayList<>();
    for (Row row :
        cluster
            .session()
            .read()
            .parquet(out.resolve("forecasts").toString())
            .withColumn("ds", functions.col("ds").cast("date"))
            .collectAsList()) {
      rows.add(row.mkString(","));
    }
    assertThat(rows)
        .containsExactlyInAnyOrderElementsOf(
            Files.readAllLines(file).stream().skip(1).map(line -> line.replace("\"", "")).toList());
  }

  @Test
  void networksDrawTheSamePathsWhereverASeriesIs(Cluster cluster) throws Exception {
    Path model = folder.resolve("model");
    Path data = folder.resolve("good.csv");
    StringBuilder text = new StringBuilder(HEADER);
    rows(false).entrySet().stream()
        .filter(entry -> !entry.getKey().equals("s2"))
        .forEach(entry -> entry.getValue().forEach(text::append));
    Files.writeString(data, text);
    String network =
        "--networks 2 --units 8 --likelihood student_t --no-standardize --no-anonymous";
    String training = "timeseries train --freq M --horizon 4 --context 12 --steps 5 --threads 1 ";
    alone(
        and(
            List.of((training + network).split(" ")),
            "--data",
            data.toString(),
            "--out",
            model.toString()));
    List<String> words = List.of("timeseries", "forecast", "--model", model.toString(), "--data");
    Path out = folder.resolve("out");
    run(cluster, and(words, data.toString()), out);
    Path file = folder.resolve("alone.csv");
    alone(and(words, data.toString(), "--out", file.toString()));
    assertThat(together(out.resolve("forecasts"))).isEqualTo(Files.readString(file));
  }

  private Dataset<Row> table(Cluster cluster) throws IOException {
    return cluster
        .session()
        .read()
        .option("header", true)
        .csv(whole(false).toString())
        .filter("unique_id <> 's2'")
        .withColumn("y", functions.col("y").cast("double"));
  }

  @Test
  void tablesAreForecastAsSeriesDataAre(Cluster cluster) throws Exception {
    Dataset<Row> table = table(cluster);
    Forecasting settings = Forecasting.of(3).withModels(MODELS);
    Outcome outcome = SparkForecasts.of(cluster).forecast(table, settings);
    Outlook alone = settings.forecast(SeriesFile.of(folder.resolve("whole.csv")).read());
    List<Row> rows = outcome.forecasts().collectAsList();
    assertThat(rows).hasSize(3 * (SERIES - 1));
    for (Row row : rows) {
      Outlook.Entry entry =
          alone.entries().stream()
              .filter(e -> e.series().id().equals(row.getString(0)))
              .findFirst()
              .orElseThrow();
      int h =
          (int)
              entry
                  .series()
                  .frequency()
                  .stepsBetween(entry.series().time(entry.series().length()), row.getAs("ds"));
      assertThat(row.<Double>getAs("mean")).isEqualTo(entry.forecast().mean(h));
      assertThat(row.<String>getAs("model")).isEqualTo(entry.model());
    }
    assertThat(outcome.problems().count()).isZero();
    assertThat(outcome.comparison()).isNotNull();
    List<ModelScores> scores = outcome.comparison().scores();
    assertThat(scores).extracting(ModelScores::name).containsExactlyElementsOf(MODELS);
    assertThat(scores.stream().mapToInt(ModelScores::chosen).sum()).isEqualTo(SERIES - 1);
    assertThat(
            SparkForecasts.of(cluster)
                .forecast(table.limit(200), EtsMethod::defaults, 2, 1, 1)
                .forecasts()
                .count())
        .isPositive();
  }

  @Test
  void whatCannotBeDoneIsSaidInASentence(Cluster cluster) throws Exception {
    Path out = Files.createDirectory(folder.resolve("out"));
    assertThatThrownBy(() -> new Folder(out.toString()).requireNew())
        .isInstanceOf(InputException.class)
        .hasMessage("--out: found %s, which exists; expected a folder that does not.", out);
    Path other = folder.resolve("other");
    assertThatThrownBy(() -> run(cluster, forecast(folder.resolve("none")), other))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "%s: does not exist, expected a file or a folder of files.", folder.resolve("none"));
    Path empty = Files.createDirectory(folder.resolve("empty"));
    assertThatThrownBy(() -> run(cluster, forecast(empty), other))
        .hasMessage("%s: has no file in it, expected some.", empty);
    Path bad = Files.writeString(folder.resolve("bad.csv"), "unique_id,ds,z\na,2020-01-01,1\n");
    assertThatThrownBy(() -> run(cluster, forecast(bad), other))
        .hasMessageContaining("%s:1: has no column y, found unique_id, ds, z.", bad);
    Path none = Files.writeString(folder.resolve("gaps.csv"), "unique_id,ds,y\na,2020-01-01,\n");
    assertThatThrownBy(() -> run(cluster, forecast(none), other))
        .isInstanceOf(InputException.class);
    assertThat(other).as("what the next try is not refused for").doesNotExist();
    Dataset<Row> text = table(cluster).withColumn("y", functions.col("y").cast("string"));
    assertThatThrownBy(() -> SparkForecasts.of(cluster).forecast(text, Forecasting.of(2)))
        .isInstanceOf(InputException.class)
        .hasMessage("table: column y is of type string, expected numbers.");
  }
}
