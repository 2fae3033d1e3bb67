package dev.chainrule.spark.sweep;

import dev.chainrule.base.InputException;
import dev.chainrule.experiments.cluster.Trials;
import dev.chainrule.experiments.experiment.Experiment;
import dev.chainrule.spark.Cluster;
import dev.chainrule.spark.ClusterSettings;
import dev.chainrule.spark.StopSign;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.spark.api.java.JavaFutureAction;

/**
 * Runs of experiments as tasks of Spark. A run has as many processors as it has threads, so that an
 * executor does as many at a time as it has room for; where an executor is lost Spark gives its
 * tasks to others, which find the last checkpoint in the run's folder.
 */
public final class SparkTrials implements Trials {
  /** Where it is, runs are to end early; all machines see it. */
  private static final String STOP = ".stop";

  private final Cluster cluster;
  private final boolean own;

  private SparkTrials(Cluster cluster, boolean own) {
    this.cluster = cluster;
    this.own = own;
  }

  /**
   * Begins a session for runs of so many threads.
   *
   * @throws InputException if the cluster cannot do the work
   */
  public static SparkTrials open(String master, Map<String, String> properties, int threads) {
    ClusterSettings settings =
        new ClusterSettings(master, properties).with("spark.task.cpus", Integer.toString(threads));
    return new SparkTrials(Cluster.open(settings), true);
  }

  /** On a cluster that there is, which stays. */
  public static SparkTrials of(Cluster cluster) {
    return new SparkTrials(cluster, false);
  }

  @Override
  public int slots() {
    int threads = cluster.context().getConf().getInt("spark.task.cpus", 1);
    int executors = Math.max(1, cluster.executors().size());
    return Math.max(1, Cluster.room(executors, cluster.slots() / executors, threads));
  }

  @Override
  public void go(Path folder, String run, long until, BooleanSupplier stop) throws IOException {
    String shared = folder.toAbsolutePath().toString();
    Path sign = folder.resolve(STOP);
    if (!stop.getAsBoolean()) {
      Files.deleteIfExists(sign);
    }
    JavaFutureAction<Void> work =
        cluster
            .context()
            .parallelize(List.of(run), 1)
            .foreachAsync(name -> goOn(Path.of(shared), name, until));
    StopSign.await(work, sign, () -> {}, stop);
  }

  /** Does a run, or what is left of it, where the task is. */
  private static void goOn(Path folder, String run, long until) throws IOException {
    if (!Experiment.isIn(folder)) {
      throw new InputException(
          "%s: is no folder of the experiment on an executor, expected --out on a file system that all machines share."
              .formatted(folder));
    }
    Experiment.open(folder).goOn(run, until, new StopSign(folder.resolve(STOP)));
  }

  @Override
  public void close() {
    if (own) {
      cluster.close();
    }
  }
}
