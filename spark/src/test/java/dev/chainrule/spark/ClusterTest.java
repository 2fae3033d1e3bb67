package dev.chainrule.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chainrule.base.InputException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LocalCluster.class)
class ClusterTest {
  @Test
  void twoExecutorsAreJvmsOfTheirOwn(Cluster cluster) {
    List<Long> pids = cluster.executors().stream().map(ExecutorFacts::pid).toList();
    assertThat(pids).hasSize(2).doesNotContain(ProcessHandle.current().pid());
    assertThat(cluster.slots()).isEqualTo(2);
  }

  @Test
  void aMasterThatIsNoneIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ClusterSettings.of("mesos://host:5050"))
        .withMessage(
            "spark: found mesos://host:5050, expected local[N], local[*], spark://HOST:PORT, yarn"
                + " or k8s://URL.");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ClusterSettings.of("yarn").with("executor.memory", "4g"))
        .withMessageContaining("expected a property of Spark");
  }

  @Test
  void anExecutorThatIsOtherThanTheDriverIsRefused() {
    ExecutorFacts driver =
        new ExecutorFacts("driver", "here", 1, 25, "4.2.0", "0.1.0", true, 1 << 30);
    assertRefused(
        driver,
        new ExecutorFacts("3", "far", 1, 25, "4.1.1", "0.1.0", true, 1 << 30),
        "executor 3 on far runs Spark 4.1.1, expected 4.2.0 as the driver: submit with the"
            + " cluster's own version.");
    assertRefused(
        driver,
        new ExecutorFacts("3", "far", 1, 21, "4.2.0", "0.1.0", true, 1 << 30),
        "executor 3 on far runs JDK 21, expected JDK 25: set spark.executorEnv.JAVA_HOME to one"
            + " there.");
    assertRefused(
        driver,
        new ExecutorFacts("3", "far", 1, 25, "4.2.0", "0.0.9", true, 1 << 30),
        "executor 3 on far has Chainrule 0.0.9, expected 0.1.0 as the driver: give both the same"
            + " jars.");
    assertRefused(
        driver,
        new ExecutorFacts("3", "far", 1, 25, "4.2.0", "0.1.0", false, 1 << 30),
        "executor 3 on far has no module jdk.incubator.vector, expected it: put --add-modules"
            + " jdk.incubator.vector into spark.executor.extraJavaOptions.");
  }

  private static void assertRefused(ExecutorFacts driver, ExecutorFacts executor, String why) {
    assertThatThrownBy(() -> executor.requireLike(driver))
        .isInstanceOf(InputException.class)
        .hasMessage(why);
  }
}
