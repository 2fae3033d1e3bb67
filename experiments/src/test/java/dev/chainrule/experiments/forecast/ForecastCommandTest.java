package dev.chainrule.experiments.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.base.series.ForecastFile;
import dev.chainrule.experiments.cli.Failures;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ForecastCommandTest {
  @TempDir Path folder;
  private final StringWriter errors = new StringWriter();

  private int run(String... args) {
    Failures failures = new Failures();
    return new CommandLine(new ForecastCommand())
        .setParameterExceptionHandler(failures)
        .setExecutionExceptionHandler(failures)
        .setErr(new PrintWriter(errors))
        .execute(args);
  }

  private String months(String... ids) throws Exception {
    Random random = new Random(5);
    StringBuilder csv = new StringBuilder("unique_id,ds,y,price\n");
    for (String id : ids) {
      for (int t = 0; t < 48; t++) {
        double price = random.nextInt(5);
        double y = 50 + 10 * Math.sin(t * Math.PI / 6) - 8 * price + random.nextGaussian();
        csv.append("%s,20%02d-%02d-01,%s,%s%n".formatted(id, 10 + t / 12, t % 12 + 1, y, price));
      }
    }
    csv.append("flat,2010-01-01,7,1\nflat,2010-02-01,7,1\nflat,2010-03-01,7,1\n");
    return Files.writeString(folder.resolve("sales.csv"), csv).toString();
  }

  private String file(String name) {
    return folder.resolve(name).toString();
  }

  @Test
  void writesForecastsAndAPageAndGoesOnAfterABadSeries() throws Exception {
    String data = months("a", "b");
    String[] args = {"--data", data, "--horizon", "6", "--models", "seasonal_naive,theta"};
    String[] levels = {"--level", "50", "--level", "90", "--threads", "2"};
    String[] files = {"--output", file("f.csv"), "--cv-out", file("cv.csv")};
    assertThat(run(join(args, levels, files))).as(errors.toString()).isZero();
    assertThat(Files.readAllLines(folder.resolve("cv.csv")))
        // Two series, three cutoffs, two models, six steps.
        .hasSize(1 + 2 * 3 * 2 * 6)
        .first()
        .isEqualTo("unique_id,cutoff,ds,model,y,mean,q0.05,q0.25,q0.5,q0.75,q0.95");
    assertThat(Files.readString(folder.resolve("cv.csv")))
        .contains("\na,2013-06-01,2013-07-01,theta,", "\nb,2012-12-01,2013-06-01,seasonal_naive,");
    assertThat(Files.readAllLines(folder.resolve("f.csv")))
        .hasSize(13)
        .first()
        .isEqualTo("unique_id,ds,mean,q0.05,q0.25,q0.5,q0.75,q0.95,model");
    assertThat(Files.readString(folder.resolve("f.csv"))).contains("b,2014-06-01,");
    assertThat(Files.readString(folder.resolve("f.html")))
        .contains("new uPlot", "seasonal_naive", "MASE");
  }

  @Test
  void theNetworkThatNeedsNoTrainingIsComparedAndForecasts() throws Exception {
    String data = months("a", "b");
    String[] args = {"--data", data, "--horizon", "6", "--out", file("f.csv"), "--models"};
    assertThat(run(join(args, new String[] {"naive,zeroshot"}))).as(errors.toString()).isZero();
    // A season of ten units, which the last value knows nothing of.
    assertThat(Files.readString(folder.resolve("f.csv")))
        .contains("a,2014-06-01,", ",zeroshot\n")
        .doesNotContain(",naive\n");
    String[] far = {"--data", data, "--horizon", "65", "--models", "zeroshot"};
    assertThat(run(far)).isEqualTo(2);
    assertThat(errors.toString()).contains("horizon 65, expected 1 to the 64");
  }

  @Test
  void columnsThatAreKnownAheadGoToArima() throws Exception {
    String data = months("a");
    StringBuilder plan = new StringBuilder("unique_id,ds,price\n");
    for (String id : new String[] {"a,2014", "flat,2010"}) {
      for (int m = 1; m <= 6; m++) {
        plan.append("%s-%02d-01,%d%n".formatted(id, id.startsWith("a") ? m : m + 3, m % 2 * 4));
      }
    }
    String future = Files.writeString(folder.resolve("plan.csv"), plan).toString();
    String[] args = {"--data", data, "--horizon", "6", "--models", "seasonal_naive,arima"};
    String[] more = {"--known", "price", "--future", future, "--out", file("f.csv")};
    assertThat(run(join(args, more))).as(errors.toString()).isZero();
    assertThat(Files.readString(folder.resolve("f.csv"))).contains("Regression with ARIMA errors");
    String[] without = {"--data", data, "--horizon", "6", "--models", "theta", "--known", "price"};
    assertThat(run(without)).isEqualTo(2);
    assertThat(errors.toString())
        .contains("--known: found price, expected arima among --models: theta take no columns.");
  }

  @Test
  void whatDoesNotFitIsSaidInASentence() throws Exception {
    String data = months("a");
    String[][] lines = {
      {"--horizon", "0", "--horizon: found 0, expected a whole number from 1."},
      {"--horizon", "999", "--horizon: found 999, expected at most 48"},
      {"--horizon", "3", "--season", "40", "--season: found 40, expected at most 24"},
      {"--horizon", "3", "--models", "prophet", "--models: found prophet, expected some of auto"},
      {"--horizon", "3", "--level", "100", "--level: found 100.0, expected per cent"},
      {"--horizon", "3", "--frequency", "soon", "frequency soon, expected S, min"},
      {"--horizon", "3", "--future", "x.csv", "--future: found x.csv, expected --known"},
      {"--horizon", "3", "--out", "f.json", "--out: found f.json, expected a name that ends in"},
      {
        "--horizon",
        "3",
        "--spark-conf",
        "a=b",
        "--spark-conf: found a, expected --spark beside it."
      },
      {"--horizon", "3", "--spark", "yarn", "--out: not given, expected a folder for --spark"},
      {
        "--horizon",
        "3",
        "--spark",
        "yarn",
        "--out",
        "f",
        "--plot",
        "p.png",
        "--plot: found beside --spark, expected charts of what was written, by timeseries plot."
      },
      {
        "--horizon",
        "3",
        "--spark",
        "yarn",
        "--out",
        "f",
        "--models",
        "deepar",
        "--models: found beside --spark, expected models of single series"
      },
      {
        "--horizon",
        "3",
        "--spark",
        "yarn",
        "--out",
        "f",
        "--layout",
        "wide",
        "--layout: found wide, expected long with --spark."
      },
    };
    for (String[] line : lines) {
      String[] options = Arrays.copyOf(line, line.length - 1);
      assertThat(run(join(new String[] {"--data", data}, options))).isEqualTo(2);
      assertThat(errors.toString()).contains(line[line.length - 1]).doesNotContain("\tat ");
    }
    String[] nowhere = {"--data", data, "--horizon", "3", "--out", "f", "--spark", "yarn"};
    assertThat(run(nowhere)).isEqualTo(1);
    assertThat(errors.toString())
        .contains(
            "--spark: found yarn, but Spark is not on the class path; expected ./chainrule -Pspark,"
                + " or spark-submit with Chainrule's jars.")
        .doesNotContain("\tat ");
    String flat = Files.writeString(folder.resolve("flat.csv"), "y\n5\n5\n5\n5\n").toString();
    assertThat(run("--data", flat, "--horizon", "2", "--out", file("x.csv"))).isEqualTo(1);
    assertThat(errors.toString()).contains("series y: all 4 values are 5.0, expected some that");
    assertThat(folder.resolve("x.csv")).doesNotExist();
    assertThat(folder.resolve("x.html")).doesNotExist();
  }

  @Test
  void sumsAreForecastTooAndAddUp() throws Exception {
    Random random = new Random(8);
    StringBuilder csv = new StringBuilder("unique_id,ds,y,state,kind\n");
    for (int i = 0; i < 4; i++) {
      for (int t = 0; t < 40; t++) {
        double y = 30 + 5 * i + 4 * Math.sin(t * Math.PI / 2) + random.nextGaussian();
        csv.append(
            "s%d,20%02d-%02d-01,%s,%s,%s%n"
                .formatted(i, 10 + t / 4, 3 * (t % 4) + 1, y, i < 2 ? "N" : "S", i % 2));
      }
    }
    String data = Files.writeString(folder.resolve("parts.csv"), csv).toString();
    String[] args = {"--data", data, "--horizon", "3", "--models", "theta,seasonal_naive"};
    String[] sums = {"--hierarchy", "state*kind", "--out", file("f.csv")};
    assertThat(run(join(args, sums))).as(errors.toString()).isZero();
    Map<String, double[]> means = new HashMap<>();
    for (ForecastFile.Entry entry : ForecastFile.read(folder.resolve("f.csv")).entries().values()) {
      assertThat(entry.model()).endsWith(", mint");
    }
    ForecastFile.read(folder.resolve("f.csv"))
        .entries()
        .forEach((id, entry) -> means.put(id, entry.means()));
    assertThat(means.keySet())
        .containsExactlyInAnyOrder(
            "total", "state=N", "state=S", "kind=0", "kind=1", "s0", "s1", "s2", "s3");
    for (int h = 0; h < 3; h++) {
      double s = means.get("s0")[h] + means.get("s1")[h];
      assertThat(means.get("state=N")[h]).isCloseTo(s, within(1e-9));
      double all = means.get("kind=0")[h] + means.get("kind=1")[h];
      assertThat(means.get("total")[h]).isCloseTo(all, within(1e-9));
    }
    assertThat(run(join(args, new String[] {"--reconcile", "ols"}))).isEqualTo(2);
    assertThat(errors.toString()).contains("--reconcile: found ols, expected --hierarchy");
    assertThat(run(join(args, new String[] {"--hierarchy", "nowhere"}))).isEqualTo(1);
    assertThat(errors.toString()).contains("parts.csv:1: has no column nowhere");
  }

  private static String[] join(String[] first, String[] second, String... third) {
    String[] result = Arrays.copyOf(first, first.length + second.length + third.length);
    System.arraycopy(second, 0, result, first.length, second.length);
    System.arraycopy(third, 0, result, first.length + second.length, third.length);
    return result;
  }
}
