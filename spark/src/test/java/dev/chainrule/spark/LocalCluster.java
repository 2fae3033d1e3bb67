package dev.chainrule.spark;

import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * A master and two workers with an executor each, JVMs of their own, begun once for all test
 * classes that ask for it and ended after the last.
 */
final class LocalCluster implements BeforeAllCallback {
  private static final Namespace OURS = Namespace.create(LocalCluster.class);

  /** What of an executor that has died is told is told after this many seconds at most. */
  private static final String HEARTBEAT = "2s";

  @Override
  public void beforeAll(ExtensionContext context) {
    context
        .getRoot()
        .getStore(OURS)
        .computeIfAbsent(Cluster.class, key -> Cluster.open(settings()), Cluster.class);
  }

  static Cluster of(ExtensionContext context) {
    Cluster cluster = context.getRoot().getStore(OURS).get(Cluster.class, Cluster.class);
    return java.util.Objects.requireNonNull(cluster);
  }

  static ClusterSettings settings() {
    return ClusterSettings.of("local-cluster[2,1,1024]")
        .with("spark.executor.heartbeatInterval", HEARTBEAT);
  }
}
