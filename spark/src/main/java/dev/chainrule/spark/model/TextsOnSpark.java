package dev.chainrule.spark.model;

import dev.chainrule.base.InputException;
import dev.chainrule.core.engine.Compute;
import dev.chainrule.core.sampling.GenerationConfig;
import dev.chainrule.core.sampling.SamplingConfig;
import dev.chainrule.spark.Cluster;
import dev.chainrule.text.run.ScoredText;
import dev.chainrule.text.run.TextModel;
import dev.chainrule.text.run.TextSample;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * A language model on all machines of a cluster:
 *
 * <pre>{@code
 * TextsOnSpark texts = TextsOnSpark.of(cluster, Path.of("model"));
 * Dataset<Row> samples = texts.samples("Once ", 100, 1_000_000, () -> SamplingConfig.of(7));
 * Dataset<Row> scores = texts.scores(session.read().parquet("hdfs:///texts"), "text");
 * }</pre>
 *
 * Sample n draws from the stream n of the seed, in a batch of the same {@value #BATCH} others
 * wherever it is drawn: what comes out depends on neither partitions nor executors.
 */
public final class TextsOnSpark {
  /** Streams that are drawn side by side. */
  private static final int BATCH = 16;

  /** Tasks for each that can run at a time. */
  private static final int PER_SLOT = 4;

  private static final StructType SAMPLES =
      DataTypes.createStructType(
          List.of(
              DataTypes.createStructField("sample", DataTypes.LongType, false),
              DataTypes.createStructField("text", DataTypes.StringType, false),
              DataTypes.createStructField("log_prob", DataTypes.DoubleType, false),
              DataTypes.createStructField("tokens", DataTypes.IntegerType, false)));

  private final Cluster cluster;
  private final ModelFiles model;

  private TextsOnSpark(Cluster cluster, ModelFiles model) {
    this.cluster = cluster;
    this.model = model;
  }

  /**
   * Sends a model to the executors.
   *
   * @throws InputException if it is none, or does not fit their memory
   */
  public static TextsOnSpark of(Cluster cluster, Path folder) throws IOException {
    return new TextsOnSpark(cluster, ModelFiles.of(cluster, folder));
  }

  /** Says how to sample, where it is done. */
  @FunctionalInterface
  public interface Sampling extends Serializable {
    /** For instance {@code SamplingConfig.of(7)}. */
    SamplingConfig get();
  }

  /**
   * Continues a prompt many times.
   *
   * @param tokens of each continuation, at most
   * @param count how many
   * @return columns {@code sample} (from 0), {@code text}, {@code log_prob} (nats of all tokens)
   *     and {@code tokens}
   */
  public Dataset<Row> samples(String prompt, int tokens, long count, Sampling sampling) {
    if (count < 1) {
      throw new IllegalArgumentException(
          "count: found %d, expected a whole number from 1.".formatted(count));
    }
    ModelFiles files = model;
    long batches = (count + BATCH - 1) / BATCH;
    int tasks = (int) Math.min(batches, (long) PER_SLOT * cluster.slots());
    JavaRDD<Row> rows =
        cluster
            .context()
            .parallelize(LongStream.range(0, tasks).boxed().toList(), tasks)
            .mapPartitions(
                some -> {
                  long task = some.next();
                  return drawn(
                      files,
                      prompt,
                      tokens,
                      count,
                      task * batches / tasks,
                      (task + 1) * batches / tasks,
                      sampling.get());
                });
    return cluster.session().createDataFrame(rows, SAMPLES);
  }

  /** Batches of one task, drawn when they are asked for. */
  private static Iterator<Row> drawn(
      ModelFiles files,
      String prompt,
      int tokens,
      long count,
      long from,
      long to,
      SamplingConfig sampling)
      throws IOException {
    TextModel opened = opened(files);
    return LongStream.range(from, to)
        .boxed()
        .flatMap(
            batch -> {
              long first = batch * BATCH;
              int size = (int) Math.min(BATCH, count - first);
              // Whole batches even at the end, for the same products of matrices.
              GenerationConfig streams =
                  GenerationConfig.of(tokens, sampling.seed()).withFirstStream(first);
              List<TextSample> samples = opened.samples(prompt, BATCH, sampling, streams);
              List<Row> rows = new ArrayList<>();
              for (int i = 0; i < size; i++) {
                TextSample sample = samples.get(i);
                rows.add(
                    RowFactory.create(
                        first + i, sample.text(), sample.logProb(), sample.ids().size()));
              }
              return rows.stream();
            })
        .iterator();
  }

  private static TextModel opened(ModelFiles files) throws IOException {
    return files.open(TextModel.class).on(new Compute("vector", 1));
  }

  /**
   * The likelihoods of texts.
   *
   * @param texts a table
   * @param column of it that holds texts
   * @return its columns, and {@code log_prob} (nats of all tokens after the first) and {@code
   *     tokens}
   * @throws InputException if there is no such column of texts; and where it is asked for, if a row
   *     has none
   */
  public Dataset<Row> scores(Dataset<Row> texts, String column) {
    ModelFiles files = model;
    int at = Arrays.asList(texts.columns()).indexOf(column);
    if (at < 0 || !texts.schema().apply(at).dataType().equals(DataTypes.StringType)) {
      throw new InputException(
          "scores: found columns %s, expected %s of type string among them."
              .formatted(texts.schema().simpleString(), column));
    }
    StructType schema =
        texts
            .schema()
            .add("log_prob", DataTypes.DoubleType, false)
            .add("tokens", DataTypes.IntegerType, false);
    JavaRDD<Row> rows =
        texts
            .javaRDD()
            .mapPartitions(
                some -> {
                  TextModel opened = opened(files);
                  return new Scored(some, at, column, opened);
                });
    return cluster.session().createDataFrame(rows, schema);
  }

  /** Rows with their scores, one after another. */
  private record Scored(Iterator<Row> rows, int at, String column, TextModel model)
      implements Iterator<Row> {
    @Override
    public boolean hasNext() {
      return rows.hasNext();
    }

    @Override
    public Row next() {
      Row row = rows.next();
      if (row.isNullAt(at)) {
        throw new InputException(
            "scores: found a row without a %s, expected a text in each.".formatted(column));
      }
      int[] ids = model.begun(row.getString(at));
      double sum =
          model.scored(ids, 0).places().stream().mapToDouble(ScoredText.Place::logProb).sum();
      Object[] cells = new Object[row.size() + 2];
      for (int i = 0; i < row.size(); i++) {
        cells[i] = row.get(i);
      }
      cells[row.size()] = sum;
      cells[row.size() + 1] = ids.length;
      return RowFactory.create(cells);
    }
  }
}
