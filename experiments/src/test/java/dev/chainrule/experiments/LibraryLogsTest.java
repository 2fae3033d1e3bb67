package dev.chainrule.experiments;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.engine.Engines;
import dev.chainrule.core.kernel.blas.Gemm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What ND4J says of its start, in programs whose SLF4J ends in the JDK's logging. */
class LibraryLogsTest {
  private static final String INCUBATOR =
      "WARNING: Using incubator modules: jdk.incubator.vector\n";

  @TempDir Path temporary;

  /** A program that has ND4J started and knows nothing of logging. */
  public static final class Program {
    private Program() {}

    /** Runs it. */
    public static void main(String[] args) {
      Gemm.get();
      try (Engine engine = Engines.open("vector", 1)) {
        System.out.println(engine.zeros(DType.FLOAT32, 3).ndarray().addi(1).sumNumber());
      }
    }
  }

  @Test
  void aProgramThatSetsNothingUpHearsNothing() throws Exception {
    assertThat(errorsOf()).isEqualTo(INCUBATOR);
  }

  @Test
  void aProgramThatSetsUpItsLoggingHearsAll() throws Exception {
    Path configuration = temporary.resolve("logging.properties");
    Files.writeString(
        configuration,
        "handlers=java.util.logging.ConsoleHandler\n.level=INFO\n"
            + "java.util.logging.SimpleFormatter.format=%3$s: %5$s%n\n");
    assertThat(errorsOf("-Djava.util.logging.config.file=" + configuration))
        .contains("org.nd4j.linalg.factory.Nd4jBackend: Loaded [CpuBackend] backend")
        .contains("dev.chainrule.core.kernel.blas.GemmProviders: matrix products by");
  }

  private String errorsOf(String... flags) throws IOException, InterruptedException {
    ProcessBuilder builder = Child.of(Program.class);
    builder.command().addAll(1, List.of(flags));
    Path errors = temporary.resolve("errors");
    Path out = temporary.resolve("out");
    Process process = builder.redirectError(errors.toFile()).redirectOutput(out.toFile()).start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(Files.readString(out)).isEqualTo("3.0\n");
    return Files.readString(errors);
  }
}
