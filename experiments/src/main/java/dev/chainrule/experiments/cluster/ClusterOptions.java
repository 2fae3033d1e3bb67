package dev.chainrule.experiments.cluster;

import dev.chainrule.base.InputException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a command works, if not in this JVM alone. */
public final class ClusterOptions {
  @Option(
      names = "--spark",
      paramLabel = "MASTER",
      description =
          "Work on a cluster of Apache Spark: local[*], spark://HOST:PORT, yarn or k8s://URL;"
              + " --data and --out are then files or folders of any file system that it has.")
  @Nullable String master;

  @Option(
      names = "--spark-conf",
      paramLabel = "KEY=VALUE",
      description = "A property of Spark, such as spark.executor.memory=4g.")
  Map<String, String> properties = new LinkedHashMap<>();

  /** Whether there is a cluster. */
  public boolean given() {
    return master != null;
  }

  /** Where it is. */
  public String master() {
    if (master == null) {
      throw new IllegalStateException("no cluster was asked for");
    }
    return master;
  }

  /** Properties of its session. */
  public Map<String, String> properties() {
    return properties;
  }

  /**
   * Checks what needs no cluster.
   *
   * @throws IllegalArgumentException for properties without a cluster
   */
  public ClusterOptions checked() {
    if (master == null && !properties.isEmpty()) {
      throw new IllegalArgumentException(
          "--spark-conf: found %s, expected --spark beside it."
              .formatted(properties.keySet().iterator().next()));
    }
    return this;
  }

  /**
   * Refuses an option that has no meaning on a cluster.
   *
   * @param given whether it was given
   * @param instead what is to be done, for the message
   */
  public void refuse(String option, boolean given, String instead) {
    if (given) {
      throw new IllegalArgumentException(
          "%s: found beside --spark, expected %s.".formatted(option, instead));
    }
  }

  /**
   * What works on clusters.
   *
   * @throws InputException if there is nothing on the class path that does
   */
  public ClusterWork work() {
    return ServiceLoader.load(ClusterWork.class)
        .findFirst()
        .orElseThrow(
            () ->
                new InputException(
                    String.format(
                        Locale.ROOT,
                        "--spark: found %s, but Spark is not on the class path; expected"
                            + " ./chainrule -Pspark, or spark-submit with Chainrule's jars.",
                        master)));
  }
}
