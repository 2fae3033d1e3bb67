package dev.chainrule.spark.series;

import dev.chainrule.base.progress.Progress;
import dev.chainrule.spark.Cluster;
import java.util.HashSet;
import java.util.Set;
import org.apache.spark.Success$;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageCompleted;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.jspecify.annotations.Nullable;

/**
 * A bar for each pass over the blocks, named as the driver's thread says by {@link #name}: one a
 * word, and none for stages of one task. Spark calls it from one thread.
 */
final class StageBars extends SparkListener implements AutoCloseable {
  private static final String DESCRIPTION = "spark.job.description";

  private final Cluster cluster;
  private @Nullable Progress bar;
  private final Set<String> told = new HashSet<>();
  private int stage = -1;

  /** Listens from now on. */
  StageBars(Cluster cluster) {
    this.cluster = cluster;
    cluster.session().sparkContext().addSparkListener(this);
  }

  /** Says what the jobs that are begun next do, in a word. */
  static void name(Cluster cluster, String word) {
    cluster.context().sc().setJobDescription(word);
  }

  @Override
  public void onStageSubmitted(SparkListenerStageSubmitted submitted) {
    int tasks = submitted.stageInfo().numTasks();
    String word = submitted.properties().getProperty(DESCRIPTION);
    // Stages that add up what others found have the same word, and are short.
    if (bar == null && tasks > 1 && word != null && told.add(word)) {
      stage = submitted.stageInfo().stageId();
      bar = Progress.start(word, tasks, "blocks");
    }
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd end) {
    Progress shown = bar;
    if (shown != null && end.stageId() == stage && end.reason() == Success$.MODULE$) {
      shown.advance(1);
    }
  }

  @Override
  public void onStageCompleted(SparkListenerStageCompleted completed) {
    Progress shown = bar;
    if (shown != null && completed.stageInfo().stageId() == stage) {
      shown.close();
      bar = null;
    }
  }

  @Override
  public void close() {
    cluster.session().sparkContext().removeSparkListener(this);
  }
}
