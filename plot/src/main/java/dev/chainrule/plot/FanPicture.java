package dev.chainrule.plot;

import dev.chainrule.base.io.AtomicFile;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.text.SimpleDateFormat;
import java.util.List;
import java.util.Locale;
import java.util.TimeZone;
import org.jfree.chart.ChartUtils;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.LegendItem;
import org.jfree.chart.LegendItemCollection;
import org.jfree.chart.axis.DateAxis;
import org.jfree.chart.axis.DateTickUnit;
import org.jfree.chart.axis.DateTickUnitType;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.TickUnits;
import org.jfree.chart.axis.ValueAxis;
import org.jfree.chart.plot.SeriesRenderingOrder;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.DeviationRenderer;
import org.jfree.chart.title.TextTitle;
import org.jfree.data.xy.XYIntervalSeries;
import org.jfree.data.xy.XYIntervalSeriesCollection;
import org.jspecify.annotations.Nullable;

/** Fan charts as one PNG, a panel a series. */
final class FanPicture {
  private static final int WIDTH = 1000;
  private static final int HEIGHT = 440;
  private static final Color BLUE = new Color(31, 90, 160);
  private static final TimeZone UTC = TimeZone.getTimeZone("UTC");

  private FanPicture() {}

  /** Writes the picture as PNG. */
  static void write(Path file, List<Fan> fans, String unit) throws IOException {
    BufferedImage image = draw(fans, unit);
    AtomicFile.write(
        file,
        channel -> ChartUtils.writeBufferedImageAsPNG(Channels.newOutputStream(channel), image));
  }

  /** Draws one panel over the whole width, or two beside each other in each row. */
  static BufferedImage draw(List<Fan> fans, String unit) {
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
      chart(fans.get(i), unit).draw(graphics, panel);
    }
    graphics.dispose();
    return image;
  }

  private static JFreeChart chart(Fan fan, String unit) {
    XYIntervalSeriesCollection data = new XYIntervalSeriesCollection();
    DeviationRenderer renderer = new DeviationRenderer(true, false);
    renderer.setAlpha(1f);
    LegendItemCollection legend = new LegendItemCollection();
    legend.add(new LegendItem("observed", Color.DARK_GRAY));
    legend.add(new LegendItem(fan.centreName(), BLUE));
    for (Fan.Band band : fan.bands()) {
      Color colour = Color.decode(band.colour());
      add(data, band.name(), fan, band.lower(), band.lower(), band.upper());
      style(renderer, data.getSeriesCount() - 1, colour, 0f);
      legend.add(new LegendItem(band.name(), colour));
    }
    add(data, "observed", fan, fan.observed(), fan.observed(), fan.observed());
    style(renderer, data.getSeriesCount() - 1, Color.DARK_GRAY, 1.5f);
    add(data, fan.centreName(), fan, fan.centre(), fan.centre(), fan.centre());
    style(renderer, data.getSeriesCount() - 1, BLUE, 2f);
    NumberAxis value = new NumberAxis(unit);
    value.setAutoRangeIncludesZero(false);
    XYPlot plot = new XYPlot(data, time(fan), value, renderer);
    // Wide bands first, so that narrow ones lie on them.
    plot.setSeriesRenderingOrder(SeriesRenderingOrder.FORWARD);
    plot.setBackgroundPaint(Color.WHITE);
    plot.setRangeGridlinePaint(Color.LIGHT_GRAY);
    plot.setFixedLegendItems(legend);
    JFreeChart chart =
        new JFreeChart(fan.title(), new Font(Font.SANS_SERIF, Font.BOLD, 15), plot, true);
    if (!fan.note().isEmpty()) {
      chart.addSubtitle(new TextTitle(fan.note()));
    }
    chart.setBackgroundPaint(Color.WHITE);
    return chart;
  }

  private static ValueAxis time(Fan fan) {
    if (fan.digits() == 0) {
      NumberAxis count = new NumberAxis(fan.step());
      count.setAutoRangeIncludesZero(false);
      count.setStandardTickUnits(NumberAxis.createIntegerTickUnits(Locale.ROOT));
      return count;
    }
    DateAxis time = new DateAxis(fan.step(), UTC, Locale.ROOT);
    SimpleDateFormat format =
        new SimpleDateFormat("yyyy-MM-dd HH:mm:ss".substring(0, fan.digits()), Locale.ROOT);
    format.setTimeZone(UTC);
    time.setStandardTickUnits(ticks(fan.digits(), format));
    return time;
  }

  /** Those that the format tells apart. */
  private static TickUnits ticks(int digits, SimpleDateFormat format) {
    TickUnits units = new TickUnits();
    if (digits > "2020-01-31".length()) {
      for (int seconds : new int[] {1, 5, 15, 30}) {
        if (digits > "2020-01-31 13:00".length()) {
          units.add(new DateTickUnit(DateTickUnitType.SECOND, seconds, format));
        }
      }
      for (int minutes : new int[] {1, 5, 15, 30}) {
        units.add(new DateTickUnit(DateTickUnitType.MINUTE, minutes, format));
      }
      for (int hours : new int[] {1, 3, 6, 12}) {
        units.add(new DateTickUnit(DateTickUnitType.HOUR, hours, format));
      }
    }
    if (digits >= "2020-01-31".length()) {
      for (int days : new int[] {1, 2, 7, 14}) {
        units.add(new DateTickUnit(DateTickUnitType.DAY, days, format));
      }
    }
    if (digits >= "2020-01".length()) {
      for (int months : new int[] {1, 2, 3, 6}) {
        units.add(new DateTickUnit(DateTickUnitType.MONTH, months, format));
      }
    }
    for (int years : new int[] {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000}) {
      units.add(new DateTickUnit(DateTickUnitType.YEAR, years, format));
    }
    return units;
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
      double x = (fan.digits() == 0 ? 1.0 : 1000.0) * fan.times().get(i);
      if (y != null && low != null && high != null) {
        series.add(x, x, x, y, low, high);
      } else {
        // A line is not drawn over what is missing.
        series.add(x, x, x, Double.NaN, Double.NaN, Double.NaN);
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
