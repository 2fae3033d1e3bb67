package dev.chainrule.experiments.training;

import dev.chainrule.core.train.RingPeers;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of training by several processes of a cluster. */
final class ProcessOptions {
  @Option(
      names = "--processes",
      paramLabel = "N",
      description =
          "Processes on the cluster that share each batch, of --threads each (default: as many as"
              + " it has room for).")
  @Nullable Integer processes;

  @Option(
      names = "--gradients",
      paramLabel = "FORMAT",
      description =
          "How gradients travel between processes: float32, or bfloat16 for half of the bytes"
              + " (default: float32).")
  RingPeers.@Nullable Format gradients;

  /**
   * Checks them.
   *
   * @param isCluster whether there is one
   * @throws IllegalArgumentException if they do not fit
   */
  ProcessOptions checked(boolean isCluster) {
    Integer count = processes;
    if (count != null && count < 1) {
      throw new IllegalArgumentException(
          "--processes: found %d, expected a whole number from 1".formatted(count));
    }
    if (!isCluster && (count != null || gradients != null)) {
      throw new IllegalArgumentException(
          "%s: found without --spark, expected it beside"
              .formatted(count != null ? "--processes" : "--gradients"));
    }
    return this;
  }

  RingPeers.Format format() {
    RingPeers.Format given = gradients;
    return given == null ? RingPeers.Format.FLOAT32 : given;
  }
}
