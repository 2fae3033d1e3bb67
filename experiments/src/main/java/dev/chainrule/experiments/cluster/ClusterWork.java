package dev.chainrule.experiments.cluster;

import dev.chainrule.core.run.TrainingRun;
import dev.chainrule.core.train.TrainingListener;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A kind of cluster that commands can work on. What offers one is found on the class path by {@link
 * java.util.ServiceLoader}.
 */
public interface ClusterWork {
  /**
   * What a command on series is told beside its own options.
   *
   * @param master where the cluster is
   * @param properties of the cluster's session
   * @param data a file or a folder of files, on any file system of the cluster
   * @param out a folder there that does not exist yet
   * @param parquet whether results are Parquet, and not CSV
   * @param validation whether the forecasts of the comparison are written too
   * @param words of the command line, which make the command anew
   */
  record SeriesJob(
      String master,
      Map<String, String> properties,
      String data,
      String out,
      boolean parquet,
      boolean validation,
      List<String> words) {}

  /**
   * Forecasts the series of a folder.
   *
   * @param text gets what a person wants to read
   * @param stop asked now and then; true ends the work, of which nothing is left
   * @return what {@code --json} prints beside the common keys
   */
  Map<String, @Nullable Object> forecast(
      BlockCommand command, SeriesJob job, PrintStream text, BooleanSupplier stop) throws Exception;

  /**
   * Trains one model by several processes, each of which computes its share of every batch. One
   * that is lost costs the steps since the last checkpoint, from which the others go on with
   * another in its place.
   *
   * @param beginning called when the cluster can do the work, and before it does
   * @param text gets what a person wants to read
   * @param listeners hear how it goes
   * @param stop asked now and then: training ends with a checkpoint when it is true
   */
  TrainingRun.Result train(
      SharedTraining.Job job,
      SharedTraining.Beginning beginning,
      PrintStream text,
      List<? extends TrainingListener> listeners,
      BooleanSupplier stop)
      throws IOException;

  /**
   * Machines for the runs of an experiment.
   *
   * @param master where the cluster is
   * @param properties of its session
   * @param threads of each run
   */
  Trials trials(String master, Map<String, String> properties, int threads);
}
