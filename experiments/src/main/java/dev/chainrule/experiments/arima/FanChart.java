package dev.chainrule.experiments.arima;

import dev.chainrule.base.forecast.Forecast;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.util.List;
import org.jfree.chart.ChartFactory;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.DeviationRenderer;
import org.jfree.chart.renderer.xy.XYBarRenderer;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.data.xy.XYIntervalSeries;
import org.jfree.data.xy.XYIntervalSeriesCollection;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;

/** Pictures of forecasts and of residuals. */
final class FanChart {
  private static final int WIDTH = 1000;
  private static final int HEIGHT = 520;
  private static final int SEASONS_SHOWN = 120;
  private static final Color BLUE = new Color(31, 90, 160);

  private FanChart() {}

  /** Draws the end of the series and the forecast with its intervals. */
  static BufferedImage forecast(
      InputSeries series, Forecast forecast, List<Double> levels, String title) {
    XYIntervalSeriesCollection data = new XYIntervalSeriesCollection();
    DeviationRenderer renderer = new DeviationRenderer(true, false);
    double[] y = series.values();
    XYIntervalSeries past = new XYIntervalSeries(series.id());
    for (int t = Math.max(0, y.length - SEASONS_SHOWN); t < y.length; t++) {
      if (!Double.isNaN(y[t])) {
        past.add(t + 1.0, t + 1.0, t + 1.0, y[t], y[t], y[t]);
      }
    }
    data.addSeries(past);
    style(renderer, 0, Color.DARK_GRAY, 0);
    int index = 1;
    for (double level : levels.stream().sorted().toList()) {
      XYIntervalSeries band = new XYIntervalSeries(HorizonOptions.key(level) + " %");
      for (int h = 0; h < forecast.horizon(); h++) {
        double x = y.length + h + 1.0;
        band.add(
            x,
            x,
            x,
            forecast.mean(h),
            forecast.quantile(h, (1 - level / 100) / 2),
            forecast.quantile(h, (1 + level / 100) / 2));
      }
      data.addSeries(band);
      style(renderer, index++, BLUE, 0.25f);
    }
    NumberAxis time = new NumberAxis("observation");
    time.setAutoRangeIncludesZero(false);
    NumberAxis value = new NumberAxis("y");
    value.setAutoRangeIncludesZero(false);
    XYPlot plot = new XYPlot(data, time, value, renderer);
    plot.setBackgroundPaint(Color.WHITE);
    plot.setRangeGridlinePaint(Color.LIGHT_GRAY);
    JFreeChart chart = new JFreeChart("Forecasts from " + title, plot);
    chart.setBackgroundPaint(Color.WHITE);
    return chart.createBufferedImage(WIDTH, HEIGHT);
  }

  private static void style(DeviationRenderer renderer, int index, Color colour, float alpha) {
    renderer.setSeriesPaint(index, colour);
    renderer.setSeriesFillPaint(index, colour);
    renderer.setSeriesStroke(index, new BasicStroke(1.6f));
    renderer.setAlpha(alpha == 0 ? renderer.getAlpha() : alpha);
    renderer.setLegendItemLabelGenerator((dataset, i) -> String.valueOf(dataset.getSeriesKey(i)));
    renderer.setSeriesShape(index, new java.awt.geom.Rectangle2D.Double(-4, -4, 8, 8));
  }

  /** Draws residuals over time and their autocorrelations with 95 % limits. */
  static BufferedImage residuals(String title, double[] residuals, double[] acf) {
    XYSeries time = new XYSeries("residuals");
    for (int t = 0; t < residuals.length; t++) {
      if (!Double.isNaN(residuals[t])) {
        time.add(t + 1.0, residuals[t]);
      }
    }
    XYSeries stems = new XYSeries("autocorrelation");
    for (int k = 1; k < acf.length; k++) {
      stems.add(k, acf[k]);
    }
    JFreeChart top =
        ChartFactory.createXYLineChart(
            "Residuals of " + title, "observation", "residual", new XYSeriesCollection(time));
    XYBarRenderer bars = new XYBarRenderer(0.6);
    bars.setShadowVisible(false);
    bars.setSeriesPaint(0, BLUE);
    XYPlot lower =
        new XYPlot(
            new org.jfree.data.xy.XYBarDataset(new XYSeriesCollection(stems), 0.6),
            new NumberAxis("lag"),
            new NumberAxis("ACF"),
            bars);
    double limit = 1.96 / Math.sqrt(residuals.length);
    for (double at : new double[] {limit, -limit}) {
      lower.addRangeMarker(
          new org.jfree.chart.plot.ValueMarker(at, Color.RED, new BasicStroke(1f)));
    }
    lower.setBackgroundPaint(Color.WHITE);
    top.getXYPlot().setBackgroundPaint(Color.WHITE);
    XYLineAndShapeRenderer line = new XYLineAndShapeRenderer(true, false);
    line.setSeriesPaint(0, Color.DARK_GRAY);
    top.getXYPlot().setRenderer(line);
    BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    top.removeLegend();
    top.draw(graphics, new Rectangle(0, 0, WIDTH, HEIGHT / 2));
    JFreeChart bottom = new JFreeChart("", null, lower, false);
    bottom.setBackgroundPaint(Color.WHITE);
    bottom.draw(graphics, new Rectangle(0, HEIGHT / 2, WIDTH, HEIGHT / 2));
    graphics.dispose();
    return image;
  }
}
