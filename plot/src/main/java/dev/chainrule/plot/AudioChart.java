package dev.chainrule.plot;

import dev.chainrule.wavenet.audio.AudioClip;
import dev.chainrule.wavenet.audio.Spectrogram;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;

/**
 * A clip as SVG: its wave form above its spectrogram, in the colours that {@link Chart} has. Both
 * stand between the same two x, from {@link #LEFT} to {@link #RIGHT} of {@link #WIDTH}, so that a
 * page can show where a player is.
 */
public final class AudioChart {
  /** Of the picture. */
  public static final int WIDTH = 760;

  /** Where the sound begins. */
  public static final int LEFT = 62;

  /** Where it ends. */
  public static final int RIGHT = 742;

  private static final int WAVE_TOP = 8;
  private static final int WAVE_HEIGHT = 90;
  private static final int SPECTRUM_TOP = 112;
  private static final int SPECTRUM_HEIGHT = 150;
  private static final int COLUMNS = RIGHT - LEFT;
  private static final double LOWEST = -90;

  private AudioChart() {}

  /** As an element of a page. */
  public static String svg(AudioClip clip, String name) {
    StringBuilder out = new StringBuilder();
    int bottom = SPECTRUM_TOP + SPECTRUM_HEIGHT;
    String label =
        String.format(
            Locale.ROOT,
            "Wave form and spectrogram of %s: %.2f seconds at %d Hz",
            name,
            clip.seconds(),
            clip.sampleRate());
    out.append(
        "<svg class=\"chart\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">\n"
            .formatted(WIDTH, bottom + 44, SvgFile.escaped(label)));
    out.append("<g style=\"font:12px system-ui,sans-serif;fill:var(--ink)\">\n");
    out.append(
        "<path d=\"%s\" style=\"stroke:var(--c0);stroke-width:1;fill:none\"/>\n"
            .formatted(wave(clip)));
    text(out, LEFT - 8, WAVE_TOP + 10, "end", "1");
    text(out, LEFT - 8, WAVE_TOP + WAVE_HEIGHT / 2 + 4, "end", "0");
    text(out, LEFT - 8, WAVE_TOP + WAVE_HEIGHT, "end", "-1");
    out.append(
        "<image x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" preserveAspectRatio=\"none\" href=\"data:image/png;base64,%s\"/>\n"
            .formatted(
                LEFT,
                SPECTRUM_TOP,
                COLUMNS,
                SPECTRUM_HEIGHT,
                Base64.getEncoder().encodeToString(png(spectrogram(clip)))));
    double half = clip.sampleRate() / 2.0;
    for (int part = 0; part <= 2; part++) {
      String kilohertz = ChartScale.number(half * part / 2 / 1e3);
      int baseline = bottom - SPECTRUM_HEIGHT * part / 2 + (part == 0 ? 0 : part == 2 ? 10 : 4);
      text(out, LEFT - 8, baseline, "end", kilohertz);
    }
    out.append(
        "<text transform=\"translate(14 %d) rotate(-90)\" text-anchor=\"middle\">kHz</text>\n"
            .formatted(SPECTRUM_TOP + SPECTRUM_HEIGHT / 2));
    Chart.Axis axis = Chart.Axis.of("seconds");
    Chart empty =
        new Chart(
            "",
            axis,
            axis,
            List.of(
                new Chart.Line(
                    "",
                    0,
                    Chart.Style.PLAIN,
                    List.of(0.0, Math.max(1e-3, clip.seconds())),
                    List.of(0.0, 0.0))));
    ChartScale time = ChartScale.x(empty, LEFT, RIGHT);
    for (Chart.Tick tick : time.ticks(8)) {
      text(out, (int) Math.round(time.at(tick.value())), bottom + 18, "middle", tick.label());
    }
    text(out, (LEFT + RIGHT) / 2, bottom + 36, "middle", "seconds; power from -90 dB to 0");
    return out.append("</g></svg>\n").toString();
  }

  /** As a file of its own. */
  public static String file(AudioClip clip, String name) {
    return SvgFile.of(svg(clip, name));
  }

  private static void text(StringBuilder out, int left, int baseline, String anchor, String text) {
    out.append(
        "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\" style=\"fill:var(--muted)\">%s</text>\n"
            .formatted(left, baseline, anchor, SvgFile.escaped(text)));
  }

  /** From the lowest sample of each column to the highest. */
  private static String wave(AudioClip clip) {
    float[] x = clip.samples();
    StringBuilder path = new StringBuilder();
    double middle = WAVE_TOP + WAVE_HEIGHT / 2.0;
    for (int c = 0; c < COLUMNS && x.length > 0; c++) {
      int from = (int) Math.min(x.length - 1, (long) x.length * c / COLUMNS);
      int to = Math.max(from + 1, (int) ((long) x.length * (c + 1) / COLUMNS));
      float low = x[from];
      float high = x[from];
      for (int i = from; i < to; i++) {
        low = Math.min(low, x[i]);
        high = Math.max(high, x[i]);
      }
      path.append(
          String.format(
              Locale.ROOT,
              "%s%d %.1fV%.1f",
              "M",
              LEFT + c,
              middle - Math.clamp(high, -1, 1) * WAVE_HEIGHT / 2 - 0.5,
              middle - Math.clamp(low, -1, 1) * WAVE_HEIGHT / 2 + 0.5));
    }
    return path.toString();
  }

  /** A column of pixels a moment, a row a frequency, the highest above. */
  private static BufferedImage spectrogram(AudioClip clip) {
    int rate = clip.sampleRate();
    int size = SpectrumShape.size(rate);
    int hop = Math.max(1, Math.max(size / 16, clip.samples().length / COLUMNS));
    double[][] power = new Spectrogram(size, hop).power(clip.samples());
    int bins = size / 2 + 1;
    int height = Math.min(bins, 2 * SPECTRUM_HEIGHT);
    BufferedImage image =
        new BufferedImage(Math.max(1, power.length), height, BufferedImage.TYPE_INT_RGB);
    for (int f = 0; f < power.length; f++) {
      for (int row = 0; row < height; row++) {
        // The loudest of the frequencies that share a row: no line of a tone is lost.
        double loudest = 0;
        for (int k = row * bins / height; k < Math.max(1, (row + 1) * bins / height); k++) {
          loudest = Math.max(loudest, power[f][k]);
        }
        double decibels = Math.clamp(10 * Math.log10(loudest + 1e-12), LOWEST, 0);
        int colour = SpectrumShape.shade(1 - decibels / LOWEST).getRGB();
        image.setRGB(f, height - 1 - row, colour);
      }
    }
    return image;
  }

  private static byte[] png(BufferedImage image) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
