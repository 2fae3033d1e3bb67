package dev.chainrule.experiments.arima;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.chainrule.experiments.cli.Failures;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
        .setCaseInsensitiveEnumValuesAllowed(true)
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
    assertThat(lines.get(0)).isEqualTo("unique_id,ds,mean,q0.0125,q0.1,q0.5,q0.9,q0.9875,model");
    assertThat(lines).hasSize(10);
    assertThat(lines.get(1)).startsWith("a,48,").contains("ARIMA(");
    assertThat(lines.get(4)).startsWith("flat,48,3.0,");
    assertThat(lines.get(9)).startsWith("b,50,");
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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "auto --drift | --drift: expected --order",
        "auto --fix ar1=0.5 | --fix: expected --order",
        "auto --seasonal 0,1,1 | --seasonal: expected --order",
        "auto --bias-adjust | --bias-adjust: expected --lambda",
        "auto --lambda NaN | --lambda: found NaN, expected a number",
        "fit --order 1,0,0 --search full | --search: expected no --order",
        "fit --order 1,0,0 --difference 1 | --difference: expected no --order",
        "fit --order 1,0,0 --no-drift | --no-drift: expected no --order",
      })
  void noOptionIsPassedOver(String command, String message) {
    assertThat(run((command + " --data " + data).split(" "))).isEqualTo(2);
    assertThat(errors.toString()).contains(message);
  }

  @Test
  void badFilesAreRefusedWithTheirLine() throws Exception {
    Path bad = Files.writeString(folder.resolve("bad.csv"), "unique_id,y\na,1\na,two\n");
    assertThat(run("auto", "--data", bad.toString())).isEqualTo(1);
    assertThat(errors.toString()).contains("bad.csv:3: found \"two\" in column y");
    assertThat(run("auto", "--data", data.toString(), "--xreg", "z")).isEqualTo(1);
    assertThat(errors.toString()).contains("has no column z, found unique_id, ds, y, x");
    assertThat(run("auto", "--data", data.toString(), "--where", "unique_id=c")).isEqualTo(1);
    assertThat(errors.toString()).contains("has no row whose unique_id is c, found a, b, flat");
  }

  @Test
  void seriesWithUnreadableRowsArePassedOver() throws Exception {
    String rows = "\ufeffunique_id,y\na,1\ntext,1\na,3\na,2\ntext,two\nb,2\nb,1\nb,4\na,5\nb,2\n";
    Path mixed = Files.writeString(folder.resolve("mixed.csv"), rows);
    Path out = folder.resolve("mixed-out.csv");
    assertThat(run("fit", "--data", mixed.toString(), "--order", "0,0,0", "--out", out.toString()))
        .isZero();
    List<String> lines = Files.readAllLines(out);
    assertThat(lines).hasSize(3);
    assertThat(lines.get(1)).startsWith("a,\"ARIMA(0,0,0) with non-zero mean\"");
    assertThat(lines.get(1)).contains("intercept=2.75");
    assertThat(lines.get(2)).startsWith("b,");
  }

  @Test
  void datesAreReadOrderedAndGoOn() throws Exception {
    List<String> rows = new ArrayList<>();
    for (int t = 0; t < 60; t++) {
      double y = 100 + 10 * Math.sin(Math.PI * t / 6) + t % 5;
      rows.add("a,%d-%02d-01,%s".formatted(2019 + t / 12, t % 12 + 1, y));
    }
    Path rising = write("rising.csv", rows);
    Collections.reverse(rows);
    Path falling = write("falling.csv", rows);
    rows.add(rows.get(3));
    Path twice = write("twice.csv", rows);
    Path one = folder.resolve("one.csv");
    Path two = folder.resolve("two.csv");
    for (Path[] pair : new Path[][] {{rising, one}, {falling, two}}) {
      String[] command = {"auto", "--data", "" + pair[0], "--horizon", "2", "--out", "" + pair[1]};
      assertThat(run(command)).as(errors.toString()).isZero();
    }
    assertThat(Files.readString(two)).isEqualTo(Files.readString(one));
    assertThat(Files.readAllLines(one).get(1)).startsWith("a,2024-01-01,").contains("[12]");
    assertThat(run("auto", "--data", "" + twice, "--horizon", "2")).isEqualTo(1);
    assertThat(errors.toString()).contains("2023-09-01T00:00 of series a occurs a second time");
    Path fan = folder.resolve("fan.png");
    String[] plot = {"plot", "--data", "" + rising, "--forecast", "" + one, "--out", "" + fan};
    assertThat(run(plot)).as(errors.toString()).isZero();
    assertThat(Files.size(fan)).isGreaterThan(1000);
    assertThat(run("plot", "--data", "" + rising, "--forecast", "" + one, "--out", "a.jpg"))
        .isEqualTo(2);
    assertThat(errors.toString()).contains("--out: found a.jpg, expected a name that ends in .png");
  }

  private Path write(String name, List<String> rows) throws Exception {
    return Files.writeString(
        folder.resolve(name), "unique_id,ds,y\n" + String.join("\n", rows) + "\n");
  }

  @Test
  void regressorsOfTheFutureMayStandInAFile() throws Exception {
    StringBuilder csv = new StringBuilder("ds,unique_id,y,x\n");
    for (int t = 1; t <= 28; t++) {
      csv.append("2024-02-%02d,a,%s,%d\n".formatted(t, 3 * (t % 4) + Math.sin(t * t), t % 4));
    }
    Path past = Files.writeString(folder.resolve("past.csv"), csv);
    Path future =
        Files.writeString(
            folder.resolve("future.csv"), "unique_id,ds,x\na,2024-02-29,50\na,2024-03-01,0\n");
    Path out = folder.resolve("x.csv");
    String[] command = {
      "fit",
      "--data",
      "" + past,
      "--order",
      "0,0,0",
      "--xreg",
      "x",
      "--horizon",
      "2",
      "--future",
      "" + future,
      "--out",
      "" + out
    };
    assertThat(run(command)).as(errors.toString()).isZero();
    List<String> lines = Files.readAllLines(out);
    assertThat(lines.get(1)).startsWith("a,2024-02-29,1").contains("Regression");
    assertThat(Double.parseDouble(lines.get(1).split(",")[2])).isBetween(140.0, 160.0);
    assertThat(Double.parseDouble(lines.get(2).split(",")[2])).isBetween(-2.0, 2.0);
  }

  @Test
  void unreadableFilesAndFullDisksAreSentences() throws Exception {
    assertThat(run("auto", "--data", folder.toString())).isEqualTo(1);
    assertThat(errors.toString()).contains("cannot be read").doesNotContain("internal");
    Path full = Path.of("/dev/full");
    assumeTrue(Files.exists(full), "there is no /dev/full");
    String[] fit = {"fit", "--data", data.toString(), "--order", "0,0,0", "--out", "/dev/full"};
    assertThat(run(fit)).isEqualTo(1);
    assertThat(errors.toString()).contains("/dev/full: No space left");
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
    assertThat(Files.readString(page))
        .contains("new uPlot", "sigma^2", "2 steps ahead", "\"name\":\"95 %\"");
    Path acf = folder.resolve("acf.png");
    assertThat(run("diagnose", "--data", one.toString(), "--plot", acf.toString())).isZero();
    assertThat(Files.size(acf)).isGreaterThan(1000);
  }

  @ParameterizedTest
  @CsvSource({
    "ets, ETS(",
    "theta, Theta(",
    "ces, CES",
    "mstl, MSTL(4)",
    "croston, SBA",
    "combine, Combination("
  })
  void otherModelsForecastAllSeriesThatCanBe(String model, String name) throws Exception {
    Path out = folder.resolve(model + ".csv");
    String file = data.toString();
    int code =
        run(model, "--data", file, "--season", "4", "--horizon", "3", "--out", out.toString());
    assertThat(code).isZero();
    List<String> lines = Files.readAllLines(out);
    assertThat(lines.get(0)).isEqualTo("unique_id,ds,mean,q0.025,q0.1,q0.5,q0.9,q0.975,model");
    // The series that never changes is reported, and the others go on.
    assertThat(lines).hasSize(7);
    assertThat(lines.get(1)).startsWith("a,48,").contains(name);
    assertThat(lines.get(6)).startsWith("b,50,");
  }

  @ParameterizedTest
  @CsvSource({
    "ets, --form, XYZ, --form: found XYZ",
    "ets, --horizon, 0, --horizon: found 0",
    "mstl, --seasons, 1, --seasons: found 1",
    "croston, --alpha, 2, --alpha: found 2.0",
    "combine, --members, ets2, --members: found ets2",
    "theta, --level, 100, --level: found 100.0"
  })
  void wrongOptionsOfOtherModelsAreSaid(String model, String option, String value, String said) {
    List<String> words = new ArrayList<>(List.of(model, "--data", data.toString()));
    if (!option.equals("--horizon")) {
      words.addAll(List.of("--horizon", "2"));
    }
    words.addAll(List.of(option, value));
    assertThat(run(words.toArray(String[]::new))).isEqualTo(2);
    assertThat(errors.toString()).contains(said);
  }
}
