package dev.chainrule.spark.series;

import dev.chainrule.arima.forecast.ComparisonTotals;
import dev.chainrule.base.InputException;
import dev.chainrule.spark.Cluster;
import dev.chainrule.spark.Folder;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;
import org.jspecify.annotations.Nullable;

/** Forecasts of many series, which are made when they are first asked for, and once. */
public final class Outcome {
  private static final StructType PROBLEMS =
      DataTypes.createStructType(
          List.of(
              DataTypes.createStructField("unique_id", DataTypes.StringType, false),
              DataTypes.createStructField("error", DataTypes.StringType, false)));

  private final Cluster cluster;
  private final ManySeries series;
  private final Output output;
  private final JavaRDD<BlockResult> results;
  private final @Nullable Choice choice;
  private final List<JavaRDD<?>> kept;

  /**
   * What a comparison came to.
   *
   * @param season of all series
   * @param text forecasts of the comparison as CSV, block by block
   * @param rows the same as rows
   */
  record Choice(int season, JavaRDD<String> text, JavaRDD<Row> rows) {}

  Outcome(
      Cluster cluster,
      ManySeries series,
      Output output,
      JavaRDD<BlockResult> results,
      @Nullable Choice choice,
      List<JavaRDD<?>> kept) {
    this.kept = kept;
    this.cluster = cluster;
    this.series = series;
    this.output = output;
    this.results = results.persist(StorageLevel.MEMORY_AND_DISK());
    this.choice = choice;
  }

  /** What all series have. */
  ManySeries.Whole whole() {
    return series.whole();
  }

  /** Values in a season; null where each series was forecast by itself. */
  public @Nullable Integer season() {
    return choice == null ? null : (Integer) choice.season;
  }

  /**
   * The forecasts: columns {@code unique_id}, {@code ds}, {@code mean}, quantiles such as {@code
   * q0.9}, and {@code model}.
   */
  public Dataset<Row> forecasts() {
    return cluster
        .session()
        .createDataFrame(results.flatMap(r -> r.rows().iterator()), output.forecasts());
  }

  /** Series that could not be forecast: {@code unique_id} and a sentence, {@code error}. */
  public Dataset<Row> problems() {
    return cluster
        .session()
        .createDataFrame(results.flatMap(r -> r.refusals().iterator()), PROBLEMS);
  }

  /**
   * The forecasts of the comparison from within the series.
   *
   * @throws IllegalStateException if there was none
   */
  public Dataset<Row> validation() {
    return cluster
        .session()
        .createDataFrame(Objects.requireNonNull(choice, "no comparison").rows, output.validation());
  }

  /** How models did, over all series; null where each was forecast by itself. */
  public @Nullable ComparisonTotals comparison() {
    return choice == null ? null : results.map(r -> r.totals()).treeReduce(ManySeries::sum);
  }

  /** How many series were forecast. */
  public long count() {
    return results.map(BlockResult::forecasts).treeReduce(Integer::sum);
  }

  /** Lets the cluster forget what was kept. */
  public void forget() {
    results.unpersist();
    kept.forEach(JavaRDD::unpersist);
  }

  /**
   * Writes forecasts and problems, and the comparison's forecasts if they are asked for, a folder
   * each.
   *
   * @throws InputException if no series was forecast
   */
  void write(Folder out, boolean validation) throws IOException {
    StageBars.name(cluster, "forecast");
    String forecasts = out.resolve("forecasts").name();
    if (output.text()) {
      text(results.map(BlockResult::text)).write().text(forecasts);
    } else {
      forecasts().write().parquet(forecasts);
    }
    String problems = out.resolve("problems").name();
    if (output.text()) {
      problems().coalesce(1).write().option("header", true).csv(problems);
    } else {
      problems().coalesce(1).write().parquet(problems);
    }
    if (validation && choice != null) {
      String folder = out.resolve("validation").name();
      if (output.text()) {
        text(choice.text).write().text(folder);
      } else {
        validation().write().parquet(folder);
      }
    }
  }

  private Dataset<String> text(JavaRDD<String> blocks) {
    return cluster.session().createDataset(blocks.rdd(), Encoders.STRING());
  }

  /** One problem, for the message where there are only such. */
  Row firstProblem() {
    List<Row> found = problems().takeAsList(1);
    return found.isEmpty() ? RowFactory.create("", "no series") : found.getFirst();
  }
}
