package dev.chainrule.plot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chainrule.base.forecast.QuantileForecast;
import dev.chainrule.base.series.Frequency;
import dev.chainrule.base.series.Series;
import dev.chainrule.wavenet.audio.AudioClip;
import dev.chainrule.wavenet.audio.WavReader;
import dev.chainrule.wavenet.audio.WavWriter;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShowTest {
  @TempDir Path folder;

  private static byte[] data(String html, String type) {
    Matcher matcher = Pattern.compile("data:" + type + ";base64,([A-Za-z0-9+/=]+)\"").matcher(html);
    assertThat(matcher.find()).as(html).isTrue();
    return Base64.getDecoder().decode(matcher.group(1));
  }

  private static BufferedImage picture(String html) throws IOException {
    return ImageIO.read(new ByteArrayInputStream(data(html, "image/png")));
  }

  @Test
  void anImageKeepsItsPixelsAndIsMagnifiedOnTheScreen() throws IOException {
    BufferedImage image = new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB);
    image.setRGB(2, 1, 0x123456);
    String html = Show.image(image, 4);
    assertThat(html).contains("width=\"12\" height=\"8\"").contains("pixelated");
    assertThat(picture(html).getRGB(2, 1) & 0xFFFFFF).isEqualTo(0x123456);
    assertThat(Show.images(List.of(image, image), 2)).containsSubsequence("picture 1", "picture 2");
    assertThatThrownBy(() -> Show.image(image, 0)).hasMessageContaining("scale 0");
  }

  @Test
  void aSoundIsTheFileThatWouldBeWrittenAndAPicture() throws IOException {
    AudioClip clip = new AudioClip(8000, new float[] {0, 0.5f, -0.5f, 2});
    String html = Show.sound(clip, "a <tone>");
    Path written = folder.resolve("written.wav");
    WavWriter.write(written, clip);
    assertThat(data(html, "audio/wav")).isEqualTo(Files.readAllBytes(written));
    Path shown = Files.write(folder.resolve("shown.wav"), data(html, "audio/wav"));
    assertThat(WavReader.read(shown).samples()).hasSize(4);
    assertThat(picture(html).getWidth()).isEqualTo(1000);
    assertThat(html).contains("a &lt;tone&gt;").doesNotContain("<tone>");
  }

  @Test
  void aForecastIsAFanOfItsIntervals() throws IOException {
    Series series =
        new Series("sales", Series.START, Frequency.of("M"), new double[] {1, 2, 3, 4, 5, 6, 7, 8});
    double[] levels = {0.025, 0.1, 0.5, 0.9, 0.975};
    double[][] quantiles = {{5, 4}, {6, 5}, {8, 8}, {10, 11}, {11, 12}};
    String html =
        Show.fan(series, new QuantileForecast(quantiles[2], levels, quantiles), "guess", "pieces");
    assertThat(html).contains("alt=\"sales: guess, 2 months ahead\"");
    assertThat(picture(html).getHeight()).isEqualTo(440);
  }

  @Test
  void aTextIsDarkWhereItWasNotExpected() {
    String html = Show.text(List.of("to", " <be>"), new double[] {0, -7});
    assertThat(html).contains("0.00 bits").contains("0.00)\">to<").contains("1.00)\"> &lt;be&gt;<");
    assertThat(html).contains("10.10 bits");
    assertThatThrownBy(() -> Show.text(List.of("a"), new double[2]))
        .hasMessage("2 log-probabilities of 1 pieces, expected one each");
  }

  @Test
  void aRunIsItsLoss() throws IOException {
    Files.writeString(
        folder.resolve("train.jsonl"),
        "{\"step\": 1, \"train_nll\": 3.0}\n{\"step\": 2, \"train_nll\": 2.0}\n");
    assertThat(picture(Show.loss(folder, "a run")).getWidth()).isEqualTo(1000);
  }
}
