package dev.chainrule.spark;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A cluster to work on.
 *
 * @param master where it is, as Spark names it: {@code local[*]}, {@code spark://HOST:PORT}, {@code
 *     yarn} or {@code k8s://URL}
 * @param properties of Spark, such as {@code spark.executor.memory}; they stand over all others
 */
public record ClusterSettings(String master, Map<String, String> properties) {
  private static final Pattern MASTER =
      Pattern.compile("local(\\[.+])?|local-cluster\\[.+]|spark://.+:\\d+.*|yarn|k8s://.+");

  /** Checks the form of the master and the names of the properties. */
  public ClusterSettings {
    if (!MASTER.matcher(master).matches()) {
      throw new IllegalArgumentException(
          "spark: found %s, expected local[N], local[*], spark://HOST:PORT, yarn or k8s://URL."
              .formatted(master));
    }
    properties = Map.copyOf(properties);
    for (String name : properties.keySet()) {
      if (!name.startsWith("spark.")) {
        throw new IllegalArgumentException(
            "spark_conf: found %s, expected a property of Spark such as spark.executor.memory=4g."
                .formatted(name));
      }
    }
  }

  /** A cluster with Spark's usual properties. */
  public static ClusterSettings of(String master) {
    return new ClusterSettings(master, Map.of());
  }

  /** With one property more. */
  public ClusterSettings with(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(properties);
    more.put(name, value);
    return new ClusterSettings(master, more);
  }

  /** Whether all is done in the driver's own JVM. */
  boolean isLocal() {
    return master.equals("local") || master.startsWith("local[");
  }

  /** Whether executors are JVMs of their own on the driver's machine, begun for it alone. */
  boolean isLocalCluster() {
    return master.startsWith("local-cluster[");
  }
}
