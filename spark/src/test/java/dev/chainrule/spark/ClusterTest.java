package dev.chainrule.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.chainrule.base.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.spark.launcher.JavaModuleOptions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LocalCluster.class)
class ClusterTest {
  @Test
  void twoExecutorsAreJvmsOfTheirOwn(Cluster cluster) {
    List<Long> pids = cluster.executors().stream().map(ExecutorFacts::pid).toList();
    assertThat(pids).hasSize(2).doesNotContain(ProcessHandle.current().pid());
    assertThat(cluster.slots()).isEqualTo(2);
  }

  @Test
  @Tag("slow")
  void executorsWithoutJdk25AreRefusedInASentence(@TempDir Path folder) throws Exception {
    Path old = oldJdk();
    assumeTrue(old != null, "there is no JDK 17 in /usr/lib/jvm");
    Path data = Files.writeString(folder.resolve("y.csv"), "y\n" + "1\n2\n3\n".repeat(10));
    List<String> command =
        new ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    command.addAll(List.of(JavaModuleOptions.defaultModuleOptionArray()));
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            "dev.chainrule.experiments.Main",
            "forecast",
            "--data",
            data.toString(),
            "--horizon",
            "2",
            "--spark",
            "local-cluster[1,1,1024]",
            "--spark-conf",
            "spark.executorEnv.JAVA_HOME=" + old,
            "--out",
            folder.resolve("out").toString()));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("said.txt").toFile())
            .start();
    assertThat(process.waitFor(90, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(1);
    assertThat(Files.readString(folder.resolve("said.txt")))
        .contains(
            "error: the executors run JDK 17, expected JDK 25: set spark.executorEnv.JAVA_HOME to"
                + " one there.")
        .doesNotContain("\tat ");
    assertThat(folder.resolve("out")).doesNotExist();
  }

  private static @Nullable Path oldJdk() throws IOException {
    Path all = Path.of("/usr/lib/jvm");
    if (!Files.isDirectory(all)) {
      return null;
    }
    try (Stream<Path> jdks = Files.list(all)) {
      return jdks.filter(jdk -> jdk.getFileName().toString().contains("17"))
          .filter(jdk -> Files.isExecutable(jdk.resolve("bin/java")))
          .findFirst()
          .orElse(null);
    }
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
