package dev.chainrule.experiments.arima;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.chainrule.experiments.cli.Failures;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ArimaCommandTest {
  @TempDir Path folder;
  private Path data;
  private final StringWriter errors = new StringWriter();

  @BeforeEach
  void writeSeries() throws Exception {
    StringBuilder csv = new StringBuilder("unique_id,ds,y,x\n");
    for (String id : List.of("a", "flat", "b")) {
      for (int t = 0; t < 48; t++) {
        double y = id.equals("flat") ? 3 : 10 + Math.sin(t * t) + (t % 4 == 0 ? 5 : 0);
        csv.append(id).append(',').append(t).append(',').append(y).append(",0\n");
      }
    }
    data = Files.writeString(folder.resolve("series.csv"), csv);
  }

  private int run(String... args) {
    Failures failures = new Failures();
    return new CommandLine(new ArimaCommand())
        .setParameterExceptionHandler(failures)
        .setExecutionExceptionHandler(failures)
        .setErr(new PrintWriter(errors))
        .execute(args);
  }

  @Test
  void forecastsOfManySeriesGoToCsvInOrder() throws Exception {
    Path out = folder.resolve("forecast.csv");
    int code =
        run(
            "forecast",
            "--data",
            data.toString(),
            "--season",
            "4",
            "--horizon",
            "3",
            "--level",
            "80,97.5",
            "--out",
            out.toString());
    assertThat(code).isZero();
    List<String> lines = Files.readAllLines(out);
    assertThat(lines.get(0)).isEqualTo("unique_id,ds,mean,se,lower80,upper80,lower97.5,upper97.5");
    assertThat(lines).hasSize(10);
    assertThat(lines.get(1)).startsWith("a,49,");
    assertThat(lines.get(4)).startsWith("flat,49,3.0,");
    assertThat(lines.get(9)).startsWith("b,51,");
  }

  @Test
  void oneBadSeriesDoesNotStopTheOthers() throws Exception {
    Path out = folder.resolve("fit.csv");
    int code = run("fit", "--data", data.toString(), "--order", "1,0,0", "--out", out.toString());
    assertThat(code).isZero();
    assertThat(Files.readAllLines(out)).hasSize(3);
  }

  @Test
  void wrongUsageIsASentenceAndCodeTwo() {
    assertThat(run("fit", "--data", data.toString(), "--order", "1,0")).isEqualTo(2);
    assertThat(errors.toString()).contains("--order: found 1,0, expected p,d,q");
    assertThat(run("auto", "--data", data.toString(), "--season", "0")).isEqualTo(2);
    assertThat(run("forecast", "--data", data.toString())).isEqualTo(2);
    assertThat(run("auto", "--data", data.toString(), "--search", "far")).isEqualTo(2);
    assertThat(errors.toString()).contains("[stepwise, wide, full]");
    assertThat(run("auto", "--data", data.toString(), "--difference", "5")).isEqualTo(2);
    assertThat(errors.toString()).contains("differences: found d = 5, expected 0 to 4");
  }

  @Test
  void badFilesAreRefusedWithTheirLine() throws Exception {
    Path bad = Files.writeString(folder.resolve("bad.csv"), "unique_id,y\na,1\na,two\n");
    try (SeriesReader reader = new SeriesReader(bad, List.of(), "")) {
      assertThat(reader.next().problem()).contains("bad.csv:3: found \"two\" in column y");
    }
    Path torn = Files.writeString(folder.resolve("torn.csv"), "unique_id,y\na,1\nb,2\na,3\n");
    try (SeriesReader reader = new SeriesReader(torn, List.of(), "")) {
      reader.next();
      reader.next();
      assertThat(reader.next().problem()).contains("torn.csv:4: the series a begins again");
    }
    assertThatThrownBy(() -> new SeriesReader(data, List.of("z"), ""))
        .hasMessageContaining("there is no column z");
  }

  @Test
  void seriesWithUnreadableRowsArePassedOver() throws Exception {
    String good = "\ufeffunique_id,y\na,1\na,3\na,2\na,5\n";
    String rest = "short\nshort,1\ntext,1\ntext,two\ntext,three\nb,2\nb,1\nb,4\nb,2\na,7\n";
    Path mixed = Files.writeString(folder.resolve("mixed.csv"), good + rest);
    Path out = folder.resolve("mixed-out.csv");
    assertThat(run("fit", "--data", mixed.toString(), "--order", "0,0,0", "--out", out.toString()))
        .isZero();
    List<String> lines = Files.readAllLines(out);
    assertThat(lines).hasSize(3);
    assertThat(lines.get(1)).startsWith("a,\"ARIMA(0,0,0) with non-zero mean\",intercept=2.75");
    assertThat(lines.get(2)).startsWith("b,");
  }

  @Test
  void unreadableFilesAndFullDisksAreSentences() throws Exception {
    assertThat(run("auto", "--data", folder.toString())).isEqualTo(1);
    assertThat(errors.toString()).contains("cannot be read as CSV").doesNotContain("internal");
    Path full = Path.of("/dev/full");
    assumeTrue(Files.exists(full), "there is no /dev/full");
    String[] fit = {"fit", "--data", data.toString(), "--order", "0,0,0", "--out", "/dev/full"};
    assertThat(run(fit)).isEqualTo(1);
    assertThat(errors.toString()).contains("/dev/full: cannot be written");
  }

  @Test
  void plotsAreWritten() throws Exception {
    Path one = Files.writeString(folder.resolve("one.csv"), "y\n1\n3\n2\n5\n4\n6\n5\n8\n7\n9\n");
    Path fan = folder.resolve("fan.png");
    assertThat(run("auto", "--data", one.toString(), "--horizon", "2", "--plot", fan.toString()))
        .isZero();
    assertThat(Files.size(fan)).isGreaterThan(1000);
    Path page = folder.resolve("fan.html");
    assertThat(run("auto", "--data", one.toString(), "--horizon", "2", "--plot", page.toString()))
        .isZero();
    assertThat(Files.readString(page)).contains("data:image/png;base64,").contains("sigma^2");
    Path acf = folder.resolve("acf.png");
    assertThat(run("diagnose", "--data", one.toString(), "--plot", acf.toString())).isZero();
    assertThat(Files.size(acf)).isGreaterThan(1000);
  }
}
