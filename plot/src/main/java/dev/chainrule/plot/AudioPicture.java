package dev.chainrule.plot;

import dev.chainrule.base.io.AtomicFile;
import dev.chainrule.wavenet.audio.AudioClip;
import dev.chainrule.wavenet.audio.Spectrogram;
import java.awt.Color;
import java.awt.Font;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import org.jfree.chart.ChartUtils;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.AxisLocation;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.plot.CombinedDomainXYPlot;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.LookupPaintScale;
import org.jfree.chart.renderer.PaintScale;
import org.jfree.chart.renderer.xy.XYBlockRenderer;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.chart.title.PaintScaleLegend;
import org.jfree.chart.title.TextTitle;
import org.jfree.chart.ui.RectangleEdge;
import org.jfree.data.xy.DefaultXYDataset;
import org.jfree.data.xy.DefaultXYZDataset;

/** A picture of a clip: its wave form above its spectrogram, in decibels, along one time axis. */
public final class AudioPicture {
  private static final int WIDTH = 1000;
  private static final int HEIGHT = 560;
  private static final int COLUMNS = 400;
  private static final double LOWEST = -90;
  private static final int SHADES = 64;

  private AudioPicture() {}

  /**
   * Draws a clip into a PNG file.
   *
   * @param title what made it
   * @param subtitle where it lies
   */
  public static void write(Path file, AudioClip clip, String title, String subtitle)
      throws IOException {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ChartUtils.writeBufferedImageAsPNG(png, draw(clip, title, subtitle));
    AtomicFile.writeBytes(file, png.toByteArray());
  }

  /** A clip as a picture. */
  static BufferedImage draw(AudioClip clip, String title, String subtitle) {
    NumberAxis time = new NumberAxis("time (s)");
    time.setRange(0, Math.max(1.0 / clip.sampleRate(), clip.seconds()));
    CombinedDomainXYPlot both = new CombinedDomainXYPlot(time);
    both.setGap(20);
    both.add(waveForm(clip), 2);
    both.add(spectrogram(clip), 3);
    JFreeChart chart = new JFreeChart(title, new Font(Font.SANS_SERIF, Font.BOLD, 15), both, false);
    chart.addSubtitle(new TextTitle(subtitle, new Font(Font.SANS_SERIF, Font.PLAIN, 12)));
    chart.addSubtitle(decibels());
    chart.setBackgroundPaint(Color.WHITE);
    return chart.createBufferedImage(WIDTH, HEIGHT);
  }

  /** The scale that says which colour is how loud. */
  private static PaintScaleLegend decibels() {
    NumberAxis level = new NumberAxis("power (dB of a full-scale sine)");
    PaintScaleLegend legend = new PaintScaleLegend(scale(), level);
    legend.setPosition(RectangleEdge.RIGHT);
    legend.setAxisLocation(AxisLocation.BOTTOM_OR_RIGHT);
    legend.setStripWidth(12);
    // Beside the spectrogram, which is the lower part of the picture.
    legend.setMargin(HEIGHT * 0.4, 8, 44, 4);
    legend.setBackgroundPaint(Color.WHITE);
    return legend;
  }

  /** The highest and the lowest sample of every column of pixels. */
  private static XYPlot waveForm(AudioClip clip) {
    float[] x = clip.samples();
    int columns = Math.max(1, Math.min(WIDTH, x.length));
    double[][] line = new double[2][2 * columns];
    for (int c = 0; c < columns; c++) {
      int from = (int) ((long) x.length * c / columns);
      int to = Math.max(from + 1, (int) ((long) x.length * (c + 1) / columns));
      float low = 0;
      float high = 0;
      for (int i = from; i < Math.min(to, x.length); i++) {
        low = i == from ? x[i] : Math.min(low, x[i]);
        high = i == from ? x[i] : Math.max(high, x[i]);
      }
      line[0][2 * c] = line[0][2 * c + 1] = (double) from / clip.sampleRate();
      line[1][2 * c] = low;
      line[1][2 * c + 1] = high;
    }
    DefaultXYDataset data = new DefaultXYDataset();
    data.addSeries("wave", line);
    NumberAxis level = new NumberAxis("amplitude");
    level.setRange(-1, 1);
    XYLineAndShapeRenderer renderer = new XYLineAndShapeRenderer(true, false);
    renderer.setSeriesPaint(0, new Color(0x1f4e79));
    return new XYPlot(data, null, level, renderer);
  }

  private static XYPlot spectrogram(AudioClip clip) {
    int rate = clip.sampleRate();
    int size = SpectrumShape.size(rate);
    int hop = Math.max(size / 16, clip.samples().length / COLUMNS);
    Spectrogram spectrogram = new Spectrogram(size, Math.max(1, hop));
    double[][] power = spectrogram.power(clip.samples());
    int bins = spectrogram.bins();
    double[][] cells = new double[3][power.length * bins];
    for (int f = 0; f < power.length; f++) {
      for (int k = 0; k < bins; k++) {
        int at = f * bins + k;
        cells[0][at] = (double) f * hop / rate;
        cells[1][at] = (double) k * rate / size;
        cells[2][at] = Math.max(LOWEST, 10 * Math.log10(power[f][k] + 1e-12));
      }
    }
    DefaultXYZDataset data = new DefaultXYZDataset();
    data.addSeries("power", cells);
    XYBlockRenderer renderer = new XYBlockRenderer();
    renderer.setBlockWidth((double) hop / rate);
    renderer.setBlockHeight((double) rate / size);
    renderer.setPaintScale(scale());
    NumberAxis frequency = new NumberAxis("frequency (Hz)");
    frequency.setRange(0, rate / 2.0);
    XYPlot plot = new XYPlot(data, null, frequency, renderer);
    plot.setBackgroundPaint(Color.BLACK);
    return plot;
  }

  private static PaintScale scale() {
    LookupPaintScale scale = new LookupPaintScale(LOWEST, 0, Color.BLACK);
    for (int i = 0; i < SHADES; i++) {
      double share = (double) i / (SHADES - 1);
      scale.add(LOWEST * (1 - share), SpectrumShape.shade(share));
    }
    return scale;
  }
}
