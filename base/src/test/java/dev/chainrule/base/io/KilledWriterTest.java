package dev.chainrule.base.io;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chainrule.base.random.CounterRandom;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A process that replaces a folder without end is killed at random moments. */
class KilledWriterTest {
  private static final Set<String> NAMES =
      new TreeSet<>(
          Set.of("model.safetensors", "optimizer.safetensors", "config.json", "train.jsonl"));
  private static final int KILLS = 5;
  private static final int MAX_MILLIS = 60;
  private static final int FILE_LINES = 2_000;

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theLastGoodVersionIsLeftAndNeverAMixture(boolean mayExchange, @TempDir Path parent)
      throws Exception {
    Path path = parent.resolve("run");
    RandomGenerator random = CounterRandom.of(1);
    long last = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      long announced = runAndKill(path, mayExchange, last + 1, random.nextInt(MAX_MILLIS));
      AtomicFolder folder = new AtomicFolder(path, NAMES, mayExchange);
      if (mayExchange && Files.exists(path)) {
        assertThat(version(path)).isEqualTo(folder.<Long>read(KilledWriterTest::version));
      }
      long version = folder.read(KilledWriterTest::version);
      assertThat(version).isBetween(announced, announced + 1);
      last = version;
    }
    // Each wrote one at least; on a busy machine none more.
    assertThat(last).isGreaterThanOrEqualTo(KILLS);
  }

  /** Starts a writer, waits for its first version and a while, kills it: its last version. */
  private static long runAndKill(Path path, boolean mayExchange, long first, int millis)
      throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                KilledWriterTest.class.getName(),
                path.toString(),
                Boolean.toString(mayExchange),
                Long.toString(first))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    long announced = 0;
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII))) {
      announced = Long.parseLong(lines.readLine());
      TimeUnit.MILLISECONDS.sleep(millis);
      process.toHandle().destroyForcibly(); // Leaves the stream open.
      process.waitFor();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        announced = Long.parseLong(line);
      }
    } finally {
      process.destroyForcibly();
    }
    return announced;
  }

  /** The version that all files agree on. */
  private static long version(Path folder) throws IOException {
    Set<String> found = new TreeSet<>();
    for (String name : NAMES) {
      List<String> lines = Files.readAllLines(folder.resolve(name));
      assertThat(lines).hasSize(FILE_LINES);
      found.addAll(lines);
    }
    assertThat(found).hasSize(1);
    return Long.parseLong(found.iterator().next());
  }

  /** The writer: each version's files hold nothing but its number, line after line. */
  public static void main(String[] args) throws IOException {
    AtomicFolder folder = new AtomicFolder(Path.of(args[0]), NAMES, Boolean.parseBoolean(args[1]));
    for (long version = Long.parseLong(args[2]); ; version++) {
      List<String> lines = new ArrayList<>();
      for (int i = 0; i < FILE_LINES; i++) {
        lines.add(Long.toString(version));
      }
      folder.replace(
          files -> {
            for (String name : NAMES) {
              Files.write(files.resolve(name), lines);
            }
          });
      System.out.println(version);
    }
  }
}
