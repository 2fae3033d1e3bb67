package dev.chainrule.spark;

import dev.chainrule.base.InputException;
import dev.chainrule.experiments.cli.Version;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.apache.spark.SparkEnv;

/**
 * What the JVM of an executor is.
 *
 * @param executor its id, as Spark counts them; {@code driver} for the driver itself
 * @param host its name
 * @param pid of its process
 * @param java its feature version, for instance 25
 * @param spark version
 * @param chainrule version
 * @param vectors whether it has the module of the Vector API
 * @param heap bytes that its heap may grow to
 */
public record ExecutorFacts(
    String executor,
    String host,
    long pid,
    int java,
    String spark,
    String chainrule,
    boolean vectors,
    long heap)
    implements Serializable {
  private static final int JAVA = 25;

  /** Those of this JVM. */
  static ExecutorFacts here() {
    try {
      SparkEnv env = SparkEnv.get();
      return new ExecutorFacts(
          env == null ? "driver" : env.executorId(),
          InetAddress.getLocalHost().getHostName(),
          ProcessHandle.current().pid(),
          Runtime.version().feature(),
          org.apache.spark.package$.MODULE$.SPARK_VERSION(),
          Version.read(),
          ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent(),
          Runtime.getRuntime().maxMemory());
    } catch (UnknownHostException e) {
      throw new InputException("an executor does not know its own host name: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Refuses an executor that would compute otherwise than the driver.
   *
   * @throws InputException naming it, and what differs
   */
  void requireLike(ExecutorFacts driver) {
    String who = "executor " + executor + " on " + host;
    if (!spark.equals(driver.spark)) {
      throw new InputException(
          "%s runs Spark %s, expected %s as the driver: submit with the cluster's own version."
              .formatted(who, spark, driver.spark));
    }
    if (!chainrule.equals(driver.chainrule)) {
      throw new InputException(
          "%s has Chainrule %s, expected %s as the driver: give both the same jars."
              .formatted(who, chainrule, driver.chainrule));
    }
    if (java != JAVA) {
      throw new InputException(
          "%s runs JDK %d, expected JDK %d: set spark.executorEnv.JAVA_HOME to one there."
              .formatted(who, java, JAVA));
    }
    if (!vectors) {
      throw new InputException(
          "%s has no module jdk.incubator.vector, expected it: put --add-modules jdk.incubator.vector into spark.executor.extraJavaOptions."
              .formatted(who));
    }
  }
}
