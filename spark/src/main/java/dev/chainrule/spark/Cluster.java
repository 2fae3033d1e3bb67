package dev.chainrule.spark;

import dev.chainrule.base.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/**
 * A session of Spark whose executors are known to be able to do Chainrule's work: the same versions
 * as the driver's, JDK 25 and the Vector API. Everything of this module goes through one.
 */
public final class Cluster implements AutoCloseable {
  /** What every JVM that computes is told; Spark's own flags of modules come beside. */
  private static final String FLAGS =
      "--add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED"
          + " --sun-misc-unsafe-memory-access=allow";

  /** Says which jars the executors are to be sent: a file, one line, as a class path. */
  private static final String SHIPPED = "chainrule.spark.shipped";

  private static final String EXECUTOR_OPTIONS = "spark.executor.extraJavaOptions";
  private static final String EXECUTOR_PATH = "spark.executor.extraClassPath";
  private static final String JARS = "spark.jars";

  /** How many seconds to wait for a first executor. */
  private static final String PATIENCE = "spark.chainrule.patience";

  private static final int USUAL_PATIENCE = 300;

  private static final Pattern LOCAL_CLUSTER = Pattern.compile("local-cluster\\[\\s*(\\d+)\\s*,.*");
  private static final long MOST_WAIT = TimeUnit.SECONDS.toNanos(60);
  private static final long LOOK_EVERY = 100;

  private static final List<String> QUIET =
      List.of(
          "org.apache.hadoop.util.NativeCodeLoader",
          "org.apache.spark.deploy.client.StandaloneAppClient$ClientEndpoint",
          "org.apache.spark.metrics.MetricsSystem",
          "org.apache.spark.storage.BlockManagerMasterEndpoint",
          "org.apache.spark.util.Utils");

  /** What they call severe is said in a sentence by whatever failed, or is of no account. */
  private static final List<String> SILENT =
      List.of(
          "org.apache.spark.network.client.TransportClient",
          "org.apache.spark.scheduler.cluster.StandaloneSchedulerBackend");

  /** The JDK forgets levels of loggers that nobody holds. */
  private static final Set<Logger> QUIETENED = ConcurrentHashMap.newKeySet();

  private final SparkSession session;
  private final boolean own;
  private final List<ExecutorFacts> executors;

  private Cluster(SparkSession session, boolean own) {
    this.session = session;
    this.own = own;
    try {
      this.executors = checked();
    } catch (RuntimeException e) {
      boolean lost = session.sparkContext().isStopped();
      close();
      throw lost && !(e instanceof InputException)
          ? new InputException(
              "--spark: found %s, where no master answers; expected a cluster there."
                  .formatted(session.sparkContext().master()),
              e)
          : e;
    }
  }

  /**
   * Begins a session, or takes the one that spark-submit is about to have, and looks at its
   * executors.
   *
   * @throws InputException if there is no cluster, or it cannot do the work
   */
  public static Cluster open(ClusterSettings settings) {
    SparkConf conf = conf(settings);
    if (settings.isLocalCluster()) {
      makeHome();
    }
    quieten();
    Logger traces = Logger.getLogger("org.apache.spark.SparkContext");
    Level usual = traces.getLevel();
    // Why it cannot begin is said in a sentence below.
    traces.setLevel(Level.OFF);
    SparkSession session;
    try {
      session = SparkSession.builder().config(conf).getOrCreate();
    } catch (Exception e) {
      // Spark throws what it does not declare.
      throw new InputException(
          "--spark: found %s, where no session can be begun: %s"
              .formatted(settings.master(), Failure.sentence(e)),
          e);
    } finally {
      traces.setLevel(usual);
    }
    return new Cluster(session, true);
  }

  /**
   * Looks at the executors of a session that there is, which is not ended by {@link #close}.
   *
   * @throws InputException if they cannot do the work
   */
  public static Cluster of(SparkSession session) {
    return new Cluster(session, false);
  }

  private static SparkConf conf(ClusterSettings settings) {
    SparkConf conf = new SparkConf();
    String submitted = conf.get("spark.master", settings.master());
    if (!submitted.equals(settings.master())) {
      throw new InputException(
          "--spark: found %s, expected %s as spark-submit was told."
              .formatted(settings.master(), submitted));
    }
    conf.setMaster(settings.master());
    conf.setIfMissing("spark.app.name", "Chainrule");
    conf.setIfMissing("spark.ui.showConsoleProgress", "false");
    if (settings.isLocal() || settings.isLocalCluster()) {
      conf.setIfMissing("spark.ui.enabled", "false");
      conf.setIfMissing("spark.driver.host", "127.0.0.1");
      conf.setIfMissing("spark.driver.bindAddress", "127.0.0.1");
    }
    for (String name : List.of("OPENBLAS_CORETYPE", "GOMP_SPINCOUNT")) {
      String value = System.getenv(name);
      if (value != null) {
        conf.setIfMissing("spark.executorEnv." + name, value);
      }
    }
    settings.properties().forEach(conf::set);
    conf.set(EXECUTOR_OPTIONS, (FLAGS + " " + conf.get(EXECUTOR_OPTIONS, "")).strip());
    if (settings.isLocalCluster()) {
      conf.setIfMissing(EXECUTOR_PATH, System.getProperty("java.class.path"));
    } else if (!settings.isLocal()) {
      ship(conf);
    }
    return conf;
  }

  /** Has the executors be sent what the driver has, unless the user says what they have. */
  private static void ship(SparkConf conf) {
    String list = System.getProperty(SHIPPED);
    if (list == null || conf.contains(JARS) || conf.contains(EXECUTOR_PATH)) {
      return;
    }
    try {
      String[] jars = Files.readString(Path.of(list)).strip().split(java.io.File.pathSeparator);
      conf.set(
          JARS, String.join(",", Arrays.stream(jars).filter(j -> j.endsWith(".jar")).toList()));
    } catch (IOException e) {
      throw new InputException(list + ": cannot be read: " + e.getMessage(), e);
    }
  }

  /** What is said at every start and means nothing to who asked for forecasts. */
  private static void quieten() {
    QUIET.forEach(name -> quieten(name, Level.SEVERE));
    SILENT.forEach(name -> quieten(name, Level.OFF));
  }

  private static void quieten(String name, Level level) {
    Logger logger = Logger.getLogger(name);
    logger.setLevel(level);
    QUIETENED.add(logger);
  }

  /** Workers of a local cluster look for jars in their home, and need none there. */
  private static void makeHome() {
    String home = System.getenv("SPARK_HOME");
    if (home == null) {
      throw new InputException(
          "SPARK_HOME: not set, expected a folder for the workers of local-cluster, such as"
              + " ./chainrule -Pspark makes.");
    }
    try {
      Files.createDirectories(Path.of(home, "jars"));
    } catch (IOException e) {
      throw new InputException(home + ": cannot be written: " + e.getMessage(), e);
    }
  }

  /** The session. */
  public SparkSession session() {
    return session;
  }

  /** Its context. */
  public JavaSparkContext context() {
    return JavaSparkContext.fromSparkContext(session.sparkContext());
  }

  /** The executors that there were at the beginning. */
  public List<ExecutorFacts> executors() {
    return executors;
  }

  /** Tasks that run beside each other. */
  public int slots() {
    return Math.max(1, context().defaultParallelism());
  }

  /** Executors that are certain to come. */
  private int expected() {
    Matcher local = LOCAL_CLUSTER.matcher(session.sparkContext().master());
    return local.matches()
        ? Integer.parseInt(local.group(1))
        : session.sparkContext().getConf().getInt("spark.executor.instances", 0);
  }

  /** Work that is planned for as many tasks as there can be needs the executors to be there. */
  private void await() throws InterruptedException {
    long end = System.nanoTime() + MOST_WAIT;
    while (session.sparkContext().getExecutorMemoryStatus().size() - 1 < expected()
        && System.nanoTime() < end) {
      Thread.sleep(LOOK_EVERY);
    }
  }

  /** Tasks of so many threads that executors do at a time: each has whole ones. */
  public static int room(int executors, int coresEach, int threads) {
    return executors * (coresEach / threads);
  }

  private List<ExecutorFacts> checked() {
    ExecutorFacts driver = ExecutorFacts.here();
    String patience = session.conf().get(PATIENCE, Integer.toString(USUAL_PATIENCE));
    try {
      await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InputException("interrupted", e);
    }
    Map<String, ExecutorFacts> found = new TreeMap<>();
    int tasks = 4 * slots();
    JavaFutureAction<List<ExecutorFacts>> asked =
        context()
            .parallelize(IntStream.range(0, tasks).boxed().toList(), tasks)
            .map(
                i -> {
                  // Long enough for the others to get some of the tasks too.
                  Thread.sleep(20);
                  return ExecutorFacts.here();
                })
            .collectAsync();
    Logger traces = Logger.getLogger("org.apache.spark.scheduler.TaskSetManager");
    Level usual = traces.getLevel();
    // What fails here is said in a sentence below.
    traces.setLevel(Level.OFF);
    try {
      for (ExecutorFacts facts : asked.get(Long.parseLong(patience), TimeUnit.SECONDS)) {
        found.put(facts.executor(), facts);
      }
    } catch (TimeoutException e) {
      asked.cancel(true);
      throw new InputException(
          "%s: no executor did any work in %s seconds; expected the cluster to have room, and its executors to reach this driver (the longest wait is %s)."
              .formatted(session.sparkContext().master(), patience, PATIENCE),
          e);
    } catch (ExecutionException e) {
      throw Failure.ofExecutors(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InputException("interrupted", e);
    } finally {
      traces.setLevel(usual);
    }
    List<ExecutorFacts> all = new ArrayList<>(found.values());
    all.forEach(facts -> facts.requireLike(driver));
    return List.copyOf(all);
  }

  /** Ends the session, if it was begun here. */
  @Override
  public void close() {
    if (own) {
      session.stop();
    }
  }
}
