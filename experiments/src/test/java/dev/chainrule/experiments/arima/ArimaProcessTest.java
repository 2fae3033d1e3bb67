package dev.chainrule.experiments.arima;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chainrule.experiments.Main;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Input that cannot be used, given to the command line as a process. */
class ArimaProcessTest {
  @TempDir Path folder;

  private record Ended(int exitCode, String out, String err) {}

  private Process start(String... args) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "--add-modules",
                "jdk.incubator.vector",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "arima"));
    command.addAll(List.of(args));
    return new ProcessBuilder(command)
        .redirectOutput(folder.resolve("out").toFile())
        .redirectError(folder.resolve("err").toFile())
        .start();
  }

  private Ended arima(String... args) throws Exception {
    Process process = start(args);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    Ended ended =
        new Ended(
            process.exitValue(),
            Files.readString(folder.resolve("out")),
            Files.readString(folder.resolve("err")));
    assertThat(ended.err).doesNotContain("\tat ").doesNotContain("Exception");
    return ended;
  }

  private static double wave(int t) {
    return 10 + Math.sin(t * t) + 0.1 * t;
  }

  private Path file(String name, String header, String... lines) throws Exception {
    return Files.writeString(folder.resolve(name), header + "\n" + String.join("\n", lines) + "\n");
  }

  @Test
  void badSeriesOfABatchAreNamedAndTheRestGoOn() throws Exception {
    List<String> rows = new ArrayList<>();
    for (int t = 0; t < 40; t++) {
      rows.add("good," + wave(t));
    }
    for (int t = 0; t < 40; t++) {
      rows.add("constant,3");
    }
    rows.addAll(List.of("short,1", "short,2", "short,4"));
    rows.addAll(List.of("missing,", "missing,NA"));
    rows.addAll(List.of("infinite,1", "infinite,Infinity", "infinite,2"));
    for (int t = 0; t < 40; t++) {
      rows.add("huge," + 1e300 * wave(t));
    }
    for (int t = 0; t < 40; t++) {
      rows.add("last," + wave(3 * t));
    }
    Path data = file("series.csv", "unique_id,y", rows.toArray(String[]::new));
    Ended ended =
        arima("fit", "--data", data.toString(), "--order", "2,1,1", "--horizon", "3", "--json");
    assertThat(ended.exitCode).as(ended.err).isZero();
    assertThat(ended.err)
        .contains("series constant: the series is constant (3.0)")
        .contains("series short: ARIMA(2,1,1): found 3 observations, expected at least 5.")
        .contains("series missing: all 2 observations are missing")
        .contains("in column y, expected a number of at most 1e30")
        .contains("series huge: ");
    JsonNode json = JsonMapper.shared().readTree(ended.out);
    assertThat(json.at("/series").size()).isEqualTo(2);
    assertThat(json.at("/series/1/unique_id").asString()).isEqualTo("last");
    assertThat(json.at("/series/1/forecast/lower/95/2").isNumber()).isTrue();
    assertThat(json.at("/failed").size()).isEqualTo(5);
  }

  @Test
  void aKilledBatchLeavesTheFileAsItWas() throws Exception {
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      for (int t = 0; t < 20; t++) {
        rows.add("s" + i + "," + wave(i + t));
      }
    }
    Path data = file("many.csv", "unique_id,y", rows.toArray(String[]::new));
    Path result = folder.resolve("forecasts.csv");
    Files.writeString(result, "before");
    Process process =
        start("forecast", "--data", data.toString(), "--horizon", "300", "--out", "" + result);
    for (int i = 0; i < 300 && temporary() < 50_000 && process.isAlive(); i++) {
      Thread.sleep(100);
    }
    assertThat(process.isAlive()).isTrue();
    process.destroyForcibly().waitFor();
    assertThat(Files.readString(result)).isEqualTo("before");
    Path few = file("few.csv", "y", "1", "3", "2", "4", "3", "5");
    arima("forecast", "--data", few.toString(), "--horizon", "2", "--out", "" + result);
    assertThat(Files.readString(result).lines()).hasSize(3);
    assertThat(temporary()).isZero();
  }

  /** Bytes in files that are not yet under their names. */
  private long temporary() throws Exception {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(f -> f.toString().endsWith(".tmp"))
          .mapToLong(f -> f.toFile().length())
          .sum();
    }
  }

  @Test
  void regressorsThatDoNotFitAreExplained() throws Exception {
    List<String> rows = new ArrayList<>();
    for (int t = 0; t < 30; t++) {
      rows.add(wave(t) + "," + t % 5 + "," + 2 * (t % 5));
    }
    Path data = file("x.csv", "y,a,b", rows.toArray(String[]::new));
    Ended collinear = arima("fit", "--data", data.toString(), "--order", "1,0,0", "--xreg", "a,b");
    assertThat(collinear.exitCode).isEqualTo(1);
    assertThat(collinear.err).contains("regressor b: it is constant or a linear combination");
    Ended noFuture = arima("auto", "--data", data.toString(), "--xreg", "a", "--horizon", "2");
    assertThat(noFuture.exitCode).isEqualTo(1);
    assertThat(noFuture.err).contains("future").contains("expected the next 2 values of [a]");
    rows.add(",1,2");
    Path longer = file("longer.csv", "y,a,b", rows.toArray(String[]::new));
    Ended tooFew = arima("auto", "--data", longer.toString(), "--xreg", "a", "--horizon", "2");
    assertThat(tooFew.exitCode).isEqualTo(1);
    assertThat(tooFew.err).contains("found 1 rows, expected 2");
  }

  @Test
  void impossibleModelsAreRefused() throws Exception {
    List<String> rows = new ArrayList<>();
    for (int t = 0; t < 30; t++) {
      rows.add(Double.toString(wave(t)));
    }
    String data = file("y.csv", "y", rows.toArray(String[]::new)).toString();
    Ended tooMany = arima("fit", "--data", data, "--order", "1,9,0");
    assertThat(tooMany.exitCode).isEqualTo(2);
    assertThat(tooMany.err).contains("d = 9");
    Ended average = arima("fit", "--data", data, "--order", "0,0,1", "--fix", "ma1=2");
    assertThat(average.exitCode).isEqualTo(1);
    assertThat(average.err).contains("not invertible, found a root of modulus 0.5");
    Ended explosive = arima("fit", "--data", data, "--order", "1,0,0", "--fix", "ar1=1.5");
    assertThat(explosive.exitCode).isEqualTo(1);
    assertThat(explosive.err).contains("not stationary");
    Ended plot = arima("auto", "--data", data, "--horizon", "2", "--plot", "fan.pdf");
    assertThat(plot.exitCode).isEqualTo(2);
    assertThat(plot.err).contains("fan.pdf, expected a name that ends in .png or .html");
  }
}
