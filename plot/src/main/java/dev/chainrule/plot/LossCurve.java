package dev.chainrule.plot;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.AtomicFile;
import dev.chainrule.base.io.Json;
import dev.chainrule.base.io.Utf8File;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jfree.chart.ChartUtils;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;
import tools.jackson.databind.JsonNode;

/**
 * How the likelihood of a training run went, by the lines of its {@code train.jsonl}.
 *
 * @param learned step and nats an element of the batches that were learned from
 * @param heldOut the same of the held-out set; empty where nothing was
 */
public record LossCurve(List<Point> learned, List<Point> heldOut) {
  private static final int WIDTH = 1000;
  private static final int HEIGHT = 440;
  private static final Color BLUE = new Color(31, 90, 160);

  /** One measurement. */
  public record Point(long step, double nll) {}

  public LossCurve {
    learned = List.copyOf(learned);
    heldOut = List.copyOf(heldOut);
  }

  /**
   * Of the run in a folder.
   *
   * @throws InputException if its log holds no measurement
   */
  public static LossCurve of(Path folder) throws IOException {
    Path log = folder.resolve("train.jsonl");
    List<JsonNode> lines =
        Utf8File.read(log, "lines of JSON")
            .lines()
            .map(line -> Json.parse(line, log.toString(), JsonNode.class))
            .toList();
    LossCurve curve = new LossCurve(points(lines, "train_nll"), points(lines, "validation_nll"));
    if (curve.learned.isEmpty() && curve.heldOut.isEmpty()) {
      throw new InputException(log + ": holds no measurement, expected a line a log step");
    }
    return curve;
  }

  private static List<Point> points(List<JsonNode> lines, String key) {
    return lines.stream()
        .filter(line -> line.path(key).isNumber() && line.path("step").isNumber())
        .map(line -> new Point(line.path("step").asLong(), line.path(key).asDouble()))
        .toList();
  }

  /** As a picture. */
  public BufferedImage draw(String title) {
    XYSeriesCollection data = new XYSeriesCollection();
    XYLineAndShapeRenderer renderer = new XYLineAndShapeRenderer(true, false);
    add(data, renderer, "batches", learned, Color.GRAY, 1f);
    add(data, renderer, "held out", heldOut, BLUE, 2f);
    NumberAxis step = new NumberAxis("step");
    step.setStandardTickUnits(NumberAxis.createIntegerTickUnits(Locale.ROOT));
    NumberAxis nll = new NumberAxis("negative log-likelihood (nats an element)");
    nll.setAutoRangeIncludesZero(false);
    XYPlot plot = new XYPlot(data, step, nll, renderer);
    plot.setBackgroundPaint(Color.WHITE);
    plot.setRangeGridlinePaint(Color.LIGHT_GRAY);
    JFreeChart chart = new JFreeChart(title, new Font(Font.SANS_SERIF, Font.BOLD, 15), plot, true);
    chart.setBackgroundPaint(Color.WHITE);
    return chart.createBufferedImage(WIDTH, HEIGHT);
  }

  private static void add(
      XYSeriesCollection data,
      XYLineAndShapeRenderer renderer,
      String name,
      List<Point> points,
      Color colour,
      float width) {
    if (points.isEmpty()) {
      return;
    }
    XYSeries series = new XYSeries(name);
    points.forEach(point -> series.add((double) point.step(), point.nll()));
    data.addSeries(series);
    renderer.setSeriesPaint(data.getSeriesCount() - 1, colour);
    renderer.setSeriesStroke(data.getSeriesCount() - 1, new BasicStroke(width));
    renderer.setSeriesShapesVisible(data.getSeriesCount() - 1, points.size() == 1);
  }

  /** Writes the picture as PNG. */
  public void write(Path png, String title) throws IOException {
    BufferedImage image = draw(title);
    AtomicFile.write(
        png,
        channel -> ChartUtils.writeBufferedImageAsPNG(Channels.newOutputStream(channel), image));
  }
}
