package dev.chainrule.experiments.timeseries;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chainrule.experiments.cli.Failures;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class TimeseriesCommandTest {
  @TempDir Path folder;
  private String data;
  private final StringWriter errors = new StringWriter();

  @BeforeEach
  void writeSeries() throws Exception {
    StringBuilder csv = new StringBuilder("unique_id,ds,y\n");
    for (String id : new String[] {"a</script>", "b"}) {
      for (int t = 0; t < 60; t++) {
        csv.append(id).append(",20%02d-%02d-01,".formatted(t / 12, t % 12 + 1));
        csv.append(20 + 10 * Math.sin(t * Math.PI / 6)).append('\n');
      }
    }
    data = Files.writeString(folder.resolve("series.csv"), csv).toString();
  }

  private int run(String... args) {
    Failures failures = new Failures();
    return new CommandLine(new TimeseriesCommand())
        .setParameterExceptionHandler(failures)
        .setExecutionExceptionHandler(failures)
        .setErr(new PrintWriter(errors))
        .execute(args);
  }

  private String file(String name) {
    return folder.resolve(name).toString();
  }

  @Test
  void trainsForecastsAndDrawsWhatWasHeldOut() throws Exception {
    String[] common = {"--data", data, "--freq", "M", "--threads", "1"};
    String model = file("model");
    assertThat(
            run(
                join(
                    common,
                    "train",
                    "--holdout",
                    "6",
                    "--horizon",
                    "6",
                    "--steps",
                    "3",
                    "--out",
                    model)))
        .isZero();
    String forecast = file("forecast.csv");
    assertThat(
            run(
                join(
                    common,
                    "forecast",
                    "--holdout",
                    "6",
                    "--model",
                    model,
                    "--samples",
                    "20",
                    "--out",
                    forecast)))
        .isZero();
    assertThat(Files.readAllLines(Path.of(forecast)))
        .hasSize(13)
        .first()
        .isEqualTo("unique_id,ds,mean,q0.025,q0.1,q0.5,q0.9,q0.975,model");
    assertThat(Files.readString(Path.of(forecast))).contains("b,2004-07-01,");

    String[] beyond = {"--model", model, "--horizon", "7"};
    assertThat(run(join(common, "forecast", beyond))).isEqualTo(2);
    assertThat(errors.toString()).contains("--horizon: found 7, expected at most the 6 that");
    String[] undated = {"forecast", "--data", data, "--holdout", "6", "--model", model};
    assertThat(run(with(undated, "--samples", "20", "--threads", "1", "--out", file("again.csv"))))
        .isZero();
    assertThat(Files.readString(folder.resolve("again.csv")))
        .isEqualTo(Files.readString(Path.of(forecast)));

    assertThat(run(join(common, "plot", "--forecast", forecast, "--out", file("fan.png"))))
        .isZero();
    BufferedImage image = ImageIO.read(folder.resolve("fan.png").toFile());
    assertThat(image.getWidth()).isEqualTo(1500);
    assertThat(run(join(common, "plot", "--forecast", forecast, "--out", file("fan.html"))))
        .isZero();
    assertThat(Files.readString(folder.resolve("fan.html")))
        .contains("new uPlot", "a\\u003c/script>", "\"name\":\"95 %\"", "DeepAR, 6 months ahead")
        .doesNotContain("a</script>");
    assertThat(run(join(common, "plot", "--forecast", forecast, "--series", "zzz"))).isEqualTo(1);
    assertThat(errors.toString())
        .contains("--series: found zzz, expected series of", "a</script>, b.");
  }

  @Test
  void backtestsScoreStepsCalibrationAndConformalIntervals() {
    PrintStream before = System.out;
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    System.setOut(new PrintStream(text, true, StandardCharsets.UTF_8));
    int code;
    try {
      String[] common = {"--data", data, "--freq", "M", "--threads", "1", "--json"};
      String[] more = {"--horizon", "4", "--models", "drift", "--conformal", "2", "--by-step"};
      code = run(join(common, "backtest", more));
    } finally {
      System.setOut(before);
    }
    assertThat(code).isZero();
    assertThat(text.toString(StandardCharsets.UTF_8))
        .contains("\"name\":\"drift\"", "\"name\":\"drift+conformal\"")
        .contains("\"pit\":[", "\"step\":4", "\"rmse\"", "\"mae\"", "\"mape\"", "\"0.95\"");
  }

  @Test
  void readsCovariatesAndAsksForThoseOfTheFuture() throws Exception {
    StringBuilder csv = new StringBuilder("unique_id,ds,y,price,town\n");
    StringBuilder plan = new StringBuilder("unique_id,ds,price\n");
    for (int t = 1; t <= 31; t++) {
      String day = "2020-01-%02d".formatted(t);
      if (t <= 28) {
        csv.append("a,").append(day).append(',').append(10 + t % 3).append(",5,Ulm\n");
      } else {
        plan.append("a,").append(day).append(",6\n");
      }
    }
    String sales = Files.writeString(folder.resolve("sales.csv"), csv).toString();
    String future = Files.writeString(folder.resolve("plan.csv"), plan).toString();
    String holidays = Files.writeString(folder.resolve("days.csv"), "2020-01-06\n").toString();
    String model = file("model");
    String[] common = {"--data", sales, "--freq", "D", "--threads", "1"};
    String[] shape = {"--horizon", "3", "--steps", "2", "--out", model, "--known", "price"};
    String[] more = {"--static-category", "town", "--holidays", holidays, "--cell", "gru"};
    assertThat(run(join(common, "train", with(shape, more)))).isZero();
    String out = file("f.csv");
    String[] to = {"--model", model, "--samples", "5", "--out", out};
    assertThat(run(join(common, "forecast", to))).isEqualTo(2);
    assertThat(errors.toString())
        .contains("--future: found none, expected a file with the columns price");
    assertThat(run(join(common, "forecast", with(to, "--future", future)))).isZero();
    assertThat(Files.readAllLines(Path.of(out))).hasSize(4);
    assertThat(run(join(common, "forecast", with(to, "--future", data)))).isEqualTo(1);
    assertThat(errors.toString()).contains("series.csv:1: has no column price, found unique_id");
  }

  private static String[] with(String[] arguments, String... more) {
    String[] result = Arrays.copyOf(arguments, arguments.length + more.length);
    System.arraycopy(more, 0, result, arguments.length, more.length);
    return result;
  }

  private static String[] join(String[] common, String verb, String... more) {
    String[] result = new String[1 + common.length + more.length];
    result[0] = verb;
    System.arraycopy(common, 0, result, 1, common.length);
    System.arraycopy(more, 0, result, 1 + common.length, more.length);
    return result;
  }
}
