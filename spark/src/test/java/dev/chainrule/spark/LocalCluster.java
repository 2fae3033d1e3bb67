package dev.chainrule.spark;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * A master and two workers with an executor each, JVMs of their own, begun once for all tests that
 * have a {@link Cluster} among their parameters, and ended after the last.
 */
public final class LocalCluster implements ParameterResolver {
  private static final Namespace OURS = Namespace.create(LocalCluster.class);

  /** For JUnit. */
  public LocalCluster() {}

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Cluster.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context
        .getRoot()
        .getStore(OURS)
        .computeIfAbsent(Cluster.class, key -> Cluster.open(settings()), Cluster.class);
  }

  static ClusterSettings settings() {
    return ClusterSettings.of("local-cluster[2,1,1024]");
  }

  /** Both executors, once the one that takes the place of a killed one is there too. */
  public static List<ExecutorFacts> executors(Cluster cluster) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    List<ExecutorFacts> found;
    do {
      found = answering(cluster);
    } while (found.size() < 2 && System.nanoTime() < end);
    return found;
  }

  private static List<ExecutorFacts> answering(Cluster cluster) {
    return cluster
        .context()
        .parallelize(IntStream.range(0, 16).boxed().toList(), 16)
        .map(
            i -> {
              Thread.sleep(20);
              return ExecutorFacts.here();
            })
        .collect()
        .stream()
        .distinct()
        .toList();
  }

  /**
   * Kills an executor in the middle of work: {@code kill -9}, once a task of the work has ended.
   */
  public static final class Killing extends SparkListener implements AutoCloseable {
    private final Cluster cluster;
    private final List<ExecutorFacts> before;
    private final int after;
    private final List<String> started = new ArrayList<>();
    private final AtomicBoolean killed = new AtomicBoolean();
    private int ended;

    /**
     * Listens to work that begins now.
     *
     * @param after so many tasks
     */
    public Killing(Cluster cluster, int after) {
      this.cluster = cluster;
      this.after = after;
      this.before = executors(cluster);
      cluster.session().sparkContext().addSparkListener(this);
    }

    @Override
    public void onTaskStart(SparkListenerTaskStart start) {
      started.add(start.taskInfo().executorId());
      if (ended >= after && !killed.get()) {
        // One that has just been given a task: it dies with it.
        before.stream()
            .filter(facts -> facts.executor().equals(started.getLast()))
            .findFirst()
            .ifPresent(
                facts -> {
                  killed.set(true);
                  ProcessHandle.of(facts.pid()).orElseThrow().destroyForcibly();
                });
      }
    }

    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
      ended++;
    }

    /** Whether it was done. */
    public boolean done() {
      return killed.get();
    }

    @Override
    public void close() {
      cluster.session().sparkContext().removeSparkListener(Objects.requireNonNull(this));
    }
  }
}
