package dev.chainrule.experiments.timeseries;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chainrule.experiments.cli.Failures;
import java.awt.image.BufferedImage;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
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
                    "--paths",
                    "20",
                    "--out",
                    forecast)))
        .isZero();
    assertThat(Files.readAllLines(Path.of(forecast)))
        .hasSize(13)
        .first()
        .isEqualTo("unique_id,ds,mean,q0.025,q0.1,q0.5,q0.9,q0.975");
    assertThat(Files.readString(Path.of(forecast))).contains("b,2004-07-01T00:00,");

    assertThat(run(join(common, "plot", "--forecast", forecast, "--out", file("fan.png"))))
        .isZero();
    BufferedImage image = ImageIO.read(folder.resolve("fan.png").toFile());
    assertThat(image.getWidth()).isEqualTo(1500);
    assertThat(run(join(common, "plot", "--forecast", forecast, "--out", file("fan.html"))))
        .isZero();
    assertThat(Files.readString(folder.resolve("fan.html")))
        .contains("new uPlot", "a\\u003c/script>", "\"level\":0.95")
        .doesNotContain("a</script>");
    assertThat(run(join(common, "plot", "--forecast", forecast, "--series", "zzz"))).isEqualTo(1);
    assertThat(errors.toString()).contains("has no forecast of a series that is chosen");
  }

  private static String[] join(String[] common, String verb, String... more) {
    String[] result = new String[1 + common.length + more.length];
    result[0] = verb;
    System.arraycopy(common, 0, result, 1, common.length);
    System.arraycopy(more, 0, result, 1 + common.length, more.length);
    return result;
  }
}
