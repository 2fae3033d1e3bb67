package dev.chainrule.plot;

import dev.chainrule.base.forecast.Forecast;
import dev.chainrule.base.series.Series;
import dev.chainrule.wavenet.audio.AudioClip;
import dev.chainrule.wavenet.audio.WavWriter;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.jfree.chart.ChartUtils;

/**
 * What models make, as pieces of HTML (MIME {@code text/html}) that need no file and no network: a
 * notebook shows them below a cell by {@code display("text/html", Show.image(picture))}.
 */
public final class Show {
  private static final List<Double> LEVELS = List.of(80.0, 95.0);

  /** A token of this many nats is as dark as one gets: one of 1,100 equally probable. */
  private static final double DARKEST_NATS = 7;

  private Show() {}

  /** A picture in its own size. */
  public static String image(BufferedImage image) {
    return image(image, 1, "picture");
  }

  /**
   * A picture magnified, each pixel a square.
   *
   * @param scale screen pixels of a pixel, from 1
   */
  public static String image(BufferedImage image, int scale) {
    return image(image, scale, "picture");
  }

  /**
   * Pictures beside each other.
   *
   * @param scale screen pixels of a pixel, from 1
   */
  public static String images(List<BufferedImage> images, int scale) {
    StringBuilder html = new StringBuilder("<div>");
    for (int i = 0; i < images.size(); i++) {
      html.append(image(images.get(i), scale, "picture " + (i + 1)));
    }
    return html.append("</div>").toString();
  }

  /** A clip to be played, and its wave form above its spectrogram. */
  public static String sound(AudioClip clip, String title) {
    String subtitle =
        String.format(Locale.ROOT, "%.2f s at %d Hz", clip.seconds(), clip.sampleRate());
    return """
    <figure style="margin: 0"><audio controls src="data:audio/wav;base64,%s"></audio><br>
    %s</figure>\
    """
        .formatted(
            Base64.getEncoder().encodeToString(WavWriter.bytes(clip)),
            image(AudioPicture.draw(clip, title, subtitle), 1, title));
  }

  /**
   * How training went: the loss of the batches and of the held-out set.
   *
   * @param run the folder that was trained in
   * @throws dev.chainrule.base.InputException if its log holds no measurement
   */
  public static String loss(Path run, String title) throws IOException {
    return image(LossCurve.of(run).draw(title), 1, title);
  }

  /**
   * A series and the fan of its forecast, with the central intervals of 80 and 95 per cent.
   *
   * @param model names what made it
   * @param unit of the values
   */
  public static String fan(Series series, Forecast forecast, String model, String unit) {
    Fan fan = Fan.of(series, forecast, LEVELS, model);
    return image(FanPicture.draw(List.of(fan), unit), 1, fan.title());
  }

  /**
   * Pieces of a text, the darker the less a model expected them, with their bits as a tool tip.
   *
   * @param pieces of the text, in order
   * @param logProbs nats of each piece, at most 0
   */
  public static String text(List<String> pieces, double[] logProbs) {
    if (pieces.size() != logProbs.length) {
      throw new IllegalArgumentException(
          "%d log-probabilities of %d pieces, expected one each"
              .formatted(logProbs.length, pieces.size()));
    }
    StringBuilder html =
        new StringBuilder("<div style=\"white-space: pre-wrap; font-family: monospace\">");
    for (int i = 0; i < logProbs.length; i++) {
      double nats = -logProbs[i];
      html.append(
          String.format(
              Locale.ROOT,
              "<span title=\"%.2f bits\" style=\"background: rgba(220, 90, 20, %.2f)\">%s</span>",
              nats / Math.log(2),
              Math.clamp(nats / DARKEST_NATS, 0.0, 1.0),
              escaped(pieces.get(i))));
    }
    return html.append("</div>").toString();
  }

  private static String image(BufferedImage image, int scale, String alternative) {
    if (scale < 1) {
      throw new IllegalArgumentException("scale %d, expected 1 or more".formatted(scale));
    }
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    try {
      ChartUtils.writeBufferedImageAsPNG(png, image);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // Memory does not fail to be written.
    }
    return """
    <img alt="%s" width="%d" height="%d" style="image-rendering: %s; margin: 1px" \
    src="data:image/png;base64,%s">\
    """
        .formatted(
            escaped(alternative),
            image.getWidth() * scale,
            image.getHeight() * scale,
            scale == 1 ? "auto" : "pixelated",
            Base64.getEncoder().encodeToString(png.toByteArray()));
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
