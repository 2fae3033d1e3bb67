package dev.chainrule.spark.train;

import dev.chainrule.base.InputException;
import dev.chainrule.core.run.ModelKinds;
import dev.chainrule.core.run.TrainingRun;
import dev.chainrule.core.train.Checkpoint;
import dev.chainrule.core.train.TrainingListener;
import dev.chainrule.experiments.cluster.SharedTraining;
import dev.chainrule.spark.Cluster;
import dev.chainrule.spark.ClusterSettings;
import dev.chainrule.spark.StopSign;
import dev.chainrule.timeseries.deepar.DeepArFolder;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.rdd.RDD;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/**
 * Trains one model by tasks that run at the same time (Spark's barrier mode), each of which
 * computes its share of every batch. All begin at the checkpoint in the run's folder. Where one is
 * lost the others fail with it, and all begin again at the last checkpoint: as often as there is a
 * later one than the time before.
 */
public final class SparkTraining {
  static final String PROGRESS = "progress";
  static final String STOP = "stop";

  /** Failures without a step of progress between them. */
  private static final int MOST_FAILURES = 3;

  /** What it tells of a lost task, with a stack, is told here in a sentence. */
  private static final Logger TASKS = Logger.getLogger("org.apache.spark.scheduler.TaskSetManager");

  private static final long LOOK_EVERY_MILLIS = 200;
  private static final long WAIT_FOR_EXECUTORS_MILLIS = 60_000;

  private final Cluster cluster;
  private final SharedTraining.Job job;
  private final Path signs;

  /** Of an executor: they are all alike. */
  private final int coresEach;

  private SparkTraining(Cluster cluster, SharedTraining.Job job) {
    this.cluster = cluster;
    this.job = job;
    coresEach = cluster.slots() / executors();
    Path out = job.out();
    signs = out.resolveSibling("." + out.getFileName() + ".processes");
  }

  /** What the session of a training needs told. */
  public static ClusterSettings settings(SharedTraining.Job job) {
    return new ClusterSettings(job.master(), job.properties())
        .with("spark.task.cpus", Integer.toString(job.threads()))
        // Failures are met here, from the last checkpoint.
        .with("spark.stage.maxConsecutiveAttempts", "1")
        .with("spark.scheduler.barrier.maxConcurrentTasksCheck.interval", "3s");
  }

  /**
   * Trains to the end of the run in the job's folder.
   *
   * @param beginning called when there is room for the processes, and before there are any
   * @param text gets what a person wants to read
   * @param stop asked now and then
   * @throws InputException if it cannot go on
   */
  public static TrainingRun.Result train(
      Cluster cluster,
      SharedTraining.Job job,
      SharedTraining.Beginning beginning,
      PrintStream text,
      List<? extends TrainingListener> listeners,
      BooleanSupplier stop)
      throws IOException {
    return new SparkTraining(cluster, job).train(beginning, text, listeners, stop);
  }

  private TrainingRun.Result train(
      SharedTraining.Beginning beginning,
      PrintStream text,
      List<? extends TrainingListener> listeners,
      BooleanSupplier stop)
      throws IOException {
    int wanted = job.processes() == null ? slots() : job.processes();
    requireRoom(wanted);
    beginning.begin();
    TASKS.setLevel(Level.SEVERE);
    long reached = step();
    int failures = 0;
    while (true) {
      int processes = available(wanted);
      text.printf(
          "%d processes of %d %s%n",
          processes, job.threads(), job.threads() == 1 ? "thread" : "threads");
      try {
        Member.Trained trained = attempt(processes, listeners, stop);
        tell(trained, text);
        return trained.result();
      } catch (InputException e) {
        long now = step();
        failures = now > reached ? 1 : failures + 1;
        if (failures >= MOST_FAILURES || stop.getAsBoolean()) {
          throw e;
        }
        reached = now;
        text.printf("%s; all go on from step %,d%n", e.getMessage(), now);
      } finally {
        forget();
      }
    }
  }

  private void requireRoom(int wanted) {
    if (wanted > slots()) {
      throw new InputException(
          "--processes: found %d, expected at most the %d that the cluster has room for, of %d processors each."
              .formatted(wanted, slots(), job.threads()));
    }
  }

  /** Processes that the executors which there are now can run at a time. */
  private int slots() {
    return Math.max(1, Cluster.room(executors(), coresEach, job.threads()));
  }

  private int executors() {
    int others = cluster.session().sparkContext().statusTracker().getExecutorInfos().length - 1;
    // Where the driver computes itself there are no others.
    return Math.max(1, others);
  }

  /** Waits for executors that take the place of lost ones; fewer do the same, only later. */
  private int available(int wanted) throws IOException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(WAIT_FOR_EXECUTORS_MILLIS);
    while (slots() < wanted && System.nanoTime() < end) {
      pause();
    }
    return Math.min(wanted, slots());
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(LOOK_EVERY_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }

  /** Of the checkpoints of all networks: a DeepAR may have several, trained after each other. */
  private long step() throws IOException {
    long sum = step(job.out());
    for (int n = 2; DeepArFolder.exists(DeepArFolder.further(job.out(), n)); n++) {
      sum += step(DeepArFolder.further(job.out(), n));
    }
    return sum;
  }

  private static long step(Path folder) throws IOException {
    Checkpoint.Training training = ModelKinds.of(folder).checkpoint(folder).config().training();
    return training == null ? 0 : training.progress().step();
  }

  private Member.Trained attempt(
      int processes, List<? extends TrainingListener> listeners, BooleanSupplier stop)
      throws IOException {
    // A driver that was killed leaves its own, and a sign to stop would end this attempt too.
    forget();
    Files.createDirectories(signs);
    Member member = new Member(job, signs, new SecureRandom().nextLong());
    ProgressFile progress = new ProgressFile(signs.resolve(PROGRESS));
    try (ExecutorService pool = Executors.newSingleThreadExecutor()) {
      Future<Member.Trained> work = pool.submit(() -> first(processes, member));
      return StopSign.await(work, signs.resolve(STOP), () -> progress.tell(listeners), stop);
    }
  }

  /** What the first process returns, once all have. */
  private Member.Trained first(int processes, Member member) {
    ClassTag<Member.Trained> type = ClassTag$.MODULE$.apply(Member.Trained.class);
    RDD<Member.Trained> results =
        cluster
            .context()
            .parallelize(IntStream.range(0, processes).boxed().toList(), processes)
            .rdd()
            .barrier()
            .mapPartitions(member, false, type);
    return ((Member.Trained[]) results.collect())[0];
  }

  private static void tell(Member.Trained trained, PrintStream text) {
    text.printf(
        "sums of gradients took %.0f %% of the time, %.1f MB a process%n",
        100 * trained.share(), trained.bytes() / 1e6);
  }

  private void forget() throws IOException {
    if (Files.isDirectory(signs)) {
      try (Stream<Path> files = Files.walk(signs)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(file);
        }
      }
    }
  }
}
