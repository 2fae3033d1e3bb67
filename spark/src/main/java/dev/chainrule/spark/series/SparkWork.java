package dev.chainrule.spark.series;

import dev.chainrule.arima.forecast.ComparisonTotals;
import dev.chainrule.base.InputException;
import dev.chainrule.core.run.TrainingRun;
import dev.chainrule.core.train.TrainingListener;
import dev.chainrule.experiments.cluster.BlockCommand;
import dev.chainrule.experiments.cluster.ClusterWork;
import dev.chainrule.experiments.cluster.SharedTraining;
import dev.chainrule.experiments.cluster.Trials;
import dev.chainrule.spark.Cluster;
import dev.chainrule.spark.ClusterSettings;
import dev.chainrule.spark.Failure;
import dev.chainrule.spark.Folder;
import dev.chainrule.spark.sweep.SparkTrials;
import dev.chainrule.spark.train.SparkTraining;
import java.io.IOException;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/** What {@code --spark} of the command line finds. */
public final class SparkWork implements ClusterWork {
  /** For the loader of services. */
  public SparkWork() {}

  @Override
  @SuppressWarnings("try") // what listens is held, not used
  public Map<String, @Nullable Object> forecast(
      BlockCommand command, SeriesJob job, PrintStream text, BooleanSupplier stop)
      throws Exception {
    ClusterSettings settings = new ClusterSettings(job.master(), job.properties());
    try (Cluster cluster = Cluster.open(settings)) {
      Folder out = new Folder(job.out());
      out.requireNew();
      try (Stopping watched = new Stopping(cluster, stop);
          StageBars bars = new StageBars(cluster)) {
        return forecast(cluster, command, job, out, text);
      } catch (Exception e) {
        // A part of the forecasts would be taken for all, and refuse the next try.
        out.delete();
        if (stop.getAsBoolean()) {
          throw new InputException("stopped: nothing was written to " + out.name() + ".", e);
        }
        throw e;
      }
    } catch (IOException | IllegalArgumentException e) {
      throw e;
    } catch (Exception e) {
      // Spark throws what it does not declare.
      throw Failure.of(e);
    }
  }

  /** Ends all jobs when it is asked to. */
  private static final class Stopping implements AutoCloseable {
    private static final long LOOK_EVERY = 300;
    private final Thread thread;

    Stopping(Cluster cluster, BooleanSupplier stop) {
      thread =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      while (!stop.getAsBoolean()) {
                        Thread.sleep(LOOK_EVERY);
                      }
                      cluster.context().sc().cancelAllJobs();
                    } catch (InterruptedException closed) {
                      Thread.currentThread().interrupt();
                    }
                  });
    }

    @Override
    public void close() {
      thread.interrupt();
    }
  }

  @Override
  public Trials trials(String master, Map<String, String> properties, int threads) {
    return SparkTrials.open(master, properties, threads);
  }

  @Override
  public TrainingRun.Result train(
      SharedTraining.Job job,
      SharedTraining.Beginning beginning,
      PrintStream text,
      List<? extends TrainingListener> listeners,
      BooleanSupplier stop)
      throws IOException {
    try (Cluster cluster = Cluster.open(SparkTraining.settings(job))) {
      return SparkTraining.train(cluster, job, beginning, text, listeners, stop);
    }
  }

  /** The same on a cluster that there is. */
  Map<String, @Nullable Object> forecast(
      Cluster cluster, BlockCommand command, SeriesJob job, Folder out, PrintStream text)
      throws IOException {
    ByWords reading = ByWords.of(cluster, command, job.words());
    ManySeries many = new ManySeries(cluster, input(cluster, job.data(), reading));
    Output output = new Output(!job.parquet(), command.probabilities(), many.whole().counts());
    Outcome outcome =
        switch (command.work()) {
          case BlockCommand.Work.Compared compared ->
              many.compared(compared.settings(), output, job.validation());
          case BlockCommand.Work.Apart apart ->
              many.apart(
                  (block, first, frequency, sink, refusals) ->
                      ((BlockCommand.Work.Apart) reading.command().work())
                          .forecast(block, first, frequency, sink, refusals),
                  apart.placed(),
                  output);
        };
    outcome.write(out, job.validation());
    long forecast = outcome.count();
    long failed = outcome.problems().count();
    if (forecast == 0) {
      Row first = outcome.firstProblem();
      out.delete();
      throw new InputException(
          "all %d series failed; the first: series %s: %s"
              .formatted(failed, first.getString(0), first.getString(1)));
    }
    ComparisonTotals totals = outcome.comparison();
    if (totals != null) {
      text.print(totals);
    }
    text.printf(
        "%d series, %d executors: %s%s%n",
        forecast,
        cluster.executors().size(),
        job.out(),
        failed == 0 ? "" : "; " + failed + " series without a forecast, in its problems");
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("series", forecast);
    json.put("failed", failed);
    json.put("frequency", many.whole().frequency().toString());
    json.put("season", outcome.season());
    json.put("models", totals == null ? List.of() : totals.scores());
    json.put("blocks", many.whole().blocks());
    json.put("shuffled", many.whole().dealt());
    json.put("executors", cluster.executors().size());
    json.put("folder", job.out());
    outcome.forget();
    return json;
  }

  /** CSV files, or a folder of Parquet. */
  private static Input input(Cluster cluster, String data, Reading reading) throws IOException {
    Folder folder = new Folder(data);
    if (folder.files().getFirst().name().endsWith(".parquet")) {
      Dataset<Row> table = cluster.session().read().parquet(data);
      return new TableInput(data, table, reading);
    }
    return new FileInput(cluster, folder, reading);
  }
}
