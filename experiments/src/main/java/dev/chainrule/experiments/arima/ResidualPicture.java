package dev.chainrule.experiments.arima;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import org.jfree.chart.ChartFactory;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.XYBarRenderer;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;

/** Pictures of residuals. */
final class ResidualPicture {
  private static final int WIDTH = 1000;
  private static final int HEIGHT = 520;
  private static final Color BLUE = new Color(31, 90, 160);

  private ResidualPicture() {}

  /** Draws residuals over time and their autocorrelations with 95 % limits. */
  static BufferedImage of(String title, double[] residuals, double[] acf) {
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
