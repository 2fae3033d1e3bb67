package dev.chainrule.experiments.timeseries;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.TimeZone;
import org.jfree.chart.ChartUtils;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.LegendItem;
import org.jfree.chart.LegendItemCollection;
import org.jfree.chart.axis.DateAxis;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.DeviationRenderer;
import org.jfree.data.xy.XYIntervalSeries;
import org.jfree.data.xy.XYIntervalSeriesCollection;
import org.jspecify.annotations.Nullable;

/** Fan charts as one PNG, a panel a series. */
final class FanPicture {
  private static final int WIDTH = 1000;
  private static final int HEIGHT = 420;
  private static final Color BLUE = new Color(31, 90, 160);

  private FanPicture() {}

  /** Draws one panel over the whole width, or two beside each other in each row. */
  static void write(Path file, List<Fan> fans) throws IOException {
    int columns = fans.size() == 1 ? 1 : 2;
    int rows = (fans.size() + columns - 1) / columns;
    int width = columns == 1 ? WIDTH : WIDTH * 3 / 4;
    BufferedImage image =
        new BufferedImage(columns * width, rows * HEIGHT, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, image.getWidth(), image.getHeight());
    for (int i = 0; i < fans.size(); i++) {
      Rectangle panel = new Rectangle(i % columns * width, i / columns * HEIGHT, width, HEIGHT);
      chart(fans.get(i)).draw(graphics, panel);
    }
    graphics.dispose();
    try (OutputStream out = Files.newOutputStream(file)) {
      ChartUtils.writeBufferedImageAsPNG(out, image);
    }
  }

  private static JFreeChart chart(Fan fan) {
    XYIntervalSeriesCollection data = new XYIntervalSeriesCollection();
    DeviationRenderer renderer = new DeviationRenderer(true, false);
    renderer.setAlpha(0.2f);
    LegendItemCollection legend = new LegendItemCollection();
    legend.add(new LegendItem("observed", Color.DARK_GRAY));
    legend.add(new LegendItem("median", BLUE));
    add(data, "observed", fan, fan.observed(), fan.observed(), fan.observed());
    style(renderer, 0, Color.DARK_GRAY, 1.5f);
    add(data, "median", fan, fan.median(), fan.median(), fan.median());
    style(renderer, 1, BLUE, 2f);
    for (Fan.Band band : fan.bands()) {
      String name = String.format(Locale.ROOT, "%.3g %%", 100 * band.level());
      add(data, name, fan, fan.median(), band.lower(), band.upper());
      style(renderer, data.getSeriesCount() - 1, BLUE, 0f);
      // Bands lie on each other: the narrower, the darker.
      int alpha = 255 - (int) (255 * Math.pow(0.8, data.getSeriesCount() - 2.0));
      legend.add(
          new LegendItem(name, new Color(BLUE.getRed(), BLUE.getGreen(), BLUE.getBlue(), alpha)));
    }
    DateAxis time = new DateAxis(null, TimeZone.getTimeZone("UTC"), Locale.ROOT);
    NumberAxis value = new NumberAxis();
    value.setAutoRangeIncludesZero(false);
    XYPlot plot = new XYPlot(data, time, value, renderer);
    plot.setBackgroundPaint(Color.WHITE);
    plot.setRangeGridlinePaint(Color.LIGHT_GRAY);
    plot.setFixedLegendItems(legend);
    JFreeChart chart =
        new JFreeChart(fan.id(), new Font(Font.SANS_SERIF, Font.BOLD, 15), plot, true);
    chart.setBackgroundPaint(Color.WHITE);
    return chart;
  }

  private static void add(
      XYIntervalSeriesCollection data,
      String name,
      Fan fan,
      List<@Nullable Double> centre,
      List<@Nullable Double> lower,
      List<@Nullable Double> upper) {
    XYIntervalSeries series = new XYIntervalSeries(name);
    for (int i = 0; i < centre.size(); i++) {
      Double y = centre.get(i);
      Double low = lower.get(i);
      Double high = upper.get(i);
      if (y != null && low != null && high != null) {
        double x = 1000.0 * fan.times().get(i);
        series.add(x, x, x, y, low, high);
      }
    }
    data.addSeries(series);
  }

  private static void style(DeviationRenderer renderer, int index, Color colour, float line) {
    renderer.setSeriesPaint(index, colour);
    renderer.setSeriesFillPaint(index, colour);
    renderer.setSeriesStroke(index, new BasicStroke(line));
    renderer.setSeriesLinesVisible(index, line > 0);
  }
}
