package dev.chainrule.plot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chainrule.base.forecast.SamplePaths;
import dev.chainrule.base.series.ForecastFile;
import dev.chainrule.base.series.Frequency;
import dev.chainrule.base.series.Series;
import java.awt.image.BufferedImage;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FanTest {
  private static final SamplePaths FORECAST = new SamplePaths(new double[][] {{1, 2}, {3, 6}});

  @TempDir Path folder;

  private static Series months(int n) {
    double[] values = new double[n];
    Arrays.setAll(values, i -> i);
    values[n - 2] = Double.NaN;
    LocalDateTime start = LocalDateTime.of(2020, 1, 1, 0, 0);
    return new Series("a", start, Frequency.of("M"), values);
  }

  @Test
  void saysModelHorizonLevelsAndWhatIsCut() {
    Fan fan = Fan.of(months(100), FORECAST, List.of(80.0, 97.5), "ARIMA(0,1,1)");
    assertThat(fan.title()).isEqualTo("a: ARIMA(0,1,1), 2 months ahead");
    assertThat(fan.note()).isEqualTo("the last 60 of 100 values before the forecast");
    assertThat(fan.step()).isEqualTo("month");
    assertThat(fan.digits()).isEqualTo(7);
    assertThat(fan.centreName()).isEqualTo("median");
    assertThat(fan.bands()).extracting(Fan.Band::name).containsExactly("97.5 %", "80 %");
    assertThat(fan.bands()).extracting(Fan.Band::colour).doesNotHaveDuplicates();
    assertThat(fan.times()).hasSize(62);
    assertThat(fan.observed().subList(57, 62)).containsExactly(97.0, null, 99.0, null, null);
    assertThat(fan.centre().subList(59, 62)).containsExactly(null, 2.0, 4.0);
    assertThat(Fan.of(months(50), FORECAST, List.of(80.0), "M").note()).isEmpty();
  }

  @Test
  void writesPictureAndPage() throws Exception {
    List<Fan> fans = List.of(Fan.of(months(20), FORECAST, List.of(80.0), "M"));
    Path page = folder.resolve("new/fan.html");
    FanChart.of("--out", page, "sales </script>").write(fans, "text");
    assertThat(Files.readString(page))
        .contains("a: M, 2 months ahead", "\\u003c/script>")
        .doesNotContain("/*FANS*/");
    Path picture = folder.resolve("fan.PNG");
    FanChart.of("--out", picture, "sales").write(fans, "");
    assertThat(Files.size(picture)).isGreaterThan(5000);
    assertThatThrownBy(() -> FanChart.of("--plot", Path.of("fan.pdf"), "y"))
        .hasMessage("--plot: found fan.pdf, expected a name that ends in .png or .html.");
  }

  @Test
  void everyBandIsSeenInThePicture() throws Exception {
    double[][] paths = new double[40][8];
    for (int i = 0; i < paths.length; i++) {
      Arrays.fill(paths[i], i);
    }
    Fan fan = Fan.of(months(20), new SamplePaths(paths), List.of(50.0, 80.0, 95.0), "M");
    Path picture = folder.resolve("fan.png");
    FanChart.of("--out", picture, "y").write(List.of(fan), "");
    BufferedImage image = ImageIO.read(picture.toFile());
    for (Fan.Band band : fan.bands()) {
      int colour = Integer.decode(band.colour());
      long seen = 0;
      for (int y = 0; y < image.getHeight() * 4 / 5; y++) {
        for (int x = 0; x < image.getWidth(); x++) {
          seen += (image.getRGB(x, y) & 0xFFFFFF) == colour ? 1 : 0;
        }
      }
      assertThat(seen).as(band.name()).isGreaterThan(2000);
    }
  }

  @Test
  void aForecastFileIsReadBackAndLiesOnTheGrid() throws Exception {
    StringWriter text = new StringWriter();
    new ForecastFile.Writer(text, ForecastFile.probabilities(List.of(95.0, 50.0)))
        .add(months(20), FORECAST, "A, B");
    assertThat(text.toString().lines().toList())
        .containsExactly(
            "unique_id,ds,mean,q0.025,q0.25,q0.5,q0.75,q0.975,model",
            "a,2021-09-01,2.0,1.05,1.5,2.0,2.5,2.95,\"A, B\"",
            "a,2021-10-01,4.0,2.1,3.0,4.0,5.0,5.9,\"A, B\"");
    Path file = Files.writeString(folder.resolve("f.csv"), text.toString());
    ForecastFile.Entry entry = ForecastFile.read(file).entries().get("a");
    assertThat(entry.model()).isEqualTo("A, B");
    assertThat(entry.origin(months(20), file)).isEqualTo(20);
    assertThat(entry.quantiles()[4]).containsExactly(2.95, 5.9);
    Path off = Files.writeString(folder.resolve("g.csv"), text.toString().replace("-10-", "-11-"));
    ForecastFile.Entry gap = ForecastFile.read(off).entries().get("a");
    assertThatThrownBy(() -> gap.origin(months(20), off))
        .hasMessage(
            off + ":3: found time 2021-11-01 for series a, expected 2021-10-01, the next step.");
    Path other = Files.writeString(folder.resolve("h.csv"), "unique_id,ds,y\na,1,2\n");
    assertThatThrownBy(() -> ForecastFile.read(other))
        .hasMessageContaining(
            "h.csv:1: found columns unique_id, ds, y, expected unique_id, ds, mean");
  }
}
