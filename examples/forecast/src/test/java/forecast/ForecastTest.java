package forecast;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an application of {@code chainrule-arima} gets with it, and how it is started. */
class ForecastTest {
  private static final long MOST_BYTES = 25_000_000;

  @TempDir Path temporary;

  @Test
  void whatComesWithItIsSmallAndKnowsNoArrays() throws IOException {
    List<String> entries = comesWithIt();
    assertThat(entries).hasSizeGreaterThan(3);
    assertThat(entries).noneMatch(entry -> entry.matches(".*(nd4j|deeplearning4j|bytedeco).*"));
    long bytes = 0;
    for (String entry : entries) {
      bytes += size(Path.of(entry));
    }
    assertThat(bytes).isBetween(1_000_000L, MOST_BYTES);
  }

  @Test
  void itRunsOnPlainJavaAndSaysNothingElse() throws Exception {
    Path out = temporary.resolve("out");
    Path errors = temporary.resolve("errors");
    String classPath =
        Path.of("target/classes") + File.pathSeparator + String.join(File.pathSeparator, comesWithIt());
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                classPath,
                "forecast.Forecast",
                "../../timeseries/examples/monthly.csv")
            .redirectOutput(out.toFile())
            .redirectError(errors.toFile())
            .start();
    assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
    assertThat(Files.readString(errors)).isEmpty();
    assertThat(process.exitValue()).isZero();
    assertThat(Files.readString(out)).contains("air_passengers: ").contains("(95 %)");
  }

  private static List<String> comesWithIt() throws IOException {
    return List.of(Files.readString(Path.of("target/classpath.txt")).strip().split(File.pathSeparator));
  }

  /** Of a jar, or of the classes of a module that has none yet. */
  private static long size(Path entry) throws IOException {
    long bytes = 0;
    try (Stream<Path> files = Files.walk(entry)) {
      for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
        bytes += Files.size(file);
      }
    }
    return bytes;
  }
}
