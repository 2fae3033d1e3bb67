package dev.chainrule.plot;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Draws a chart as SVG. */
final class ChartSvg {
  private static final int WIDTH = 760;
  private static final int PLOT_HEIGHT = 250;
  private static final int LEFT = 62;
  private static final int RIGHT = 18;
  private static final int BELOW = 44;
  private static final int LINE = 18;

  /** Of a letter of the legend, about. */
  private static final double LETTER = 6.6;

  private static final int SWATCH = 24;

  private final Chart chart;
  private final StringBuilder out = new StringBuilder();
  private final List<Map<String, Chart.Mark>> legend;
  private final int top;
  private final ChartScale x;
  private final ChartScale y;

  ChartSvg(Chart chart) {
    this.chart = chart;
    this.legend = legend();
    this.top = 10 + (chart.title().isEmpty() ? 0 : LINE + 4) + legend.size() * LINE + 6;
    this.x = ChartScale.x(chart, LEFT, WIDTH - RIGHT);
    this.y = ChartScale.y(chart, top + PLOT_HEIGHT, top);
  }

  String draw() {
    out.append(
        "<svg class=\"chart\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">\n"
            .formatted(WIDTH, top + PLOT_HEIGHT + BELOW, SvgFile.escaped(chart.description())));
    out.append("<g style=\"font:12px system-ui,sans-serif;fill:var(--ink)\">\n");
    if (!chart.title().isEmpty()) {
      text(LEFT, 22, "start", "font-weight:600;font-size:14px", chart.title());
    }
    drawLegend();
    axes();
    for (Chart.Mark mark : chart.marks()) {
      switch (mark) {
        case Chart.Line line -> line(line);
        case Chart.Band band -> band(band);
        case Chart.Dots dots -> dots(dots);
        case Chart.Range range -> range(range);
      }
    }
    return out.append("</g></svg>\n").toString();
  }

  private static String colour(int colour) {
    return colour < 0 ? "var(--ink)" : "var(--c" + colour % Chart.COLOURS + ")";
  }

  private static String shown(double coordinate) {
    return String.format(Locale.ROOT, "%.1f", coordinate);
  }

  /** Names in rows that fit the width, each with the first mark of that name. */
  private List<Map<String, Chart.Mark>> legend() {
    List<Map<String, Chart.Mark>> rows = new ArrayList<>();
    Map<String, Chart.Mark> row = new LinkedHashMap<>();
    List<String> known = new ArrayList<>();
    double used = 0;
    for (Chart.Mark mark : chart.marks()) {
      if (mark.name().isEmpty() || known.contains(mark.name())) {
        continue;
      }
      known.add(mark.name());
      double width = width(mark.name());
      if (!row.isEmpty() && used + width > WIDTH - LEFT - RIGHT) {
        rows.add(row);
        row = new LinkedHashMap<>();
        used = 0;
      }
      row.put(mark.name(), mark);
      used += width;
    }
    if (!row.isEmpty()) {
      rows.add(row);
    }
    return rows;
  }

  private static double width(String name) {
    return SWATCH + 8 + LETTER * name.length() + 14;
  }

  private void drawLegend() {
    double baseline = 10 + (chart.title().isEmpty() ? 0 : LINE + 4) + 12;
    for (Map<String, Chart.Mark> row : legend) {
      double left = LEFT;
      for (var entry : row.entrySet()) {
        swatch(entry.getValue(), left, baseline - 4);
        text(left + SWATCH + 6, baseline, "start", "", entry.getKey());
        left += width(entry.getKey());
      }
      baseline += LINE;
    }
  }

  private void swatch(Chart.Mark mark, double left, double middle) {
    String right = shown(left + SWATCH);
    switch (mark) {
      case Chart.Band band ->
          out.append(
              "<rect x=\"%s\" y=\"%s\" width=\"%d\" height=\"10\" style=\"fill:%s;opacity:%s\"/>\n"
                  .formatted(
                      shown(left),
                      shown(middle - 5),
                      SWATCH,
                      colour(band.colour()),
                      band.opacity()));
      case Chart.Line line ->
          out.append(
              "<path d=\"M%s %sH%s\" style=\"%s\"/>\n"
                  .formatted(shown(left), shown(middle), right, stroke(line)));
      case Chart.Dots dots -> dot(left + SWATCH / 2.0, middle, dots.colour());
      case Chart.Range range -> dot(left + SWATCH / 2.0, middle, range.colour());
    }
  }

  private static String stroke(Chart.Line line) {
    return "fill:none;stroke:%s;stroke-width:%s;stroke-linejoin:round%s"
        .formatted(
            colour(line.colour()),
            line.style() == Chart.Style.FAINT ? "1.2" : "2",
            switch (line.style()) {
              case PLAIN -> "";
              case FAINT -> ";opacity:.55";
              case DASHED -> ";stroke-dasharray:6 4";
            });
  }

  private void axes() {
    double bottom = top + PLOT_HEIGHT;
    for (Chart.Tick tick : y.ticks(5)) {
      String at = shown(y.at(tick.value()));
      out.append(
          "<path d=\"M%d %sH%d\" style=\"stroke:var(--line);stroke-width:1\"/>\n"
              .formatted(LEFT, at, WIDTH - RIGHT));
      text(LEFT - 8, y.at(tick.value()) + 4, "end", "fill:var(--muted)", tick.label());
    }
    double last = Double.NEGATIVE_INFINITY;
    for (Chart.Tick tick : x.ticks(8)) {
      double at = x.at(tick.value());
      out.append(
          "<path d=\"M%s %sv5\" style=\"stroke:var(--muted)\"/>\n"
              .formatted(shown(at), shown(bottom)));
      double half = LETTER * tick.label().length() / 2;
      if (at - half > last + 6) {
        text(at, bottom + 18, "middle", "fill:var(--muted)", tick.label());
        last = at + half;
      }
    }
    out.append(
        "<path d=\"M%d %sH%d\" style=\"stroke:var(--muted)\"/>\n"
            .formatted(LEFT, shown(bottom), WIDTH - RIGHT));
    text((LEFT + WIDTH - RIGHT) / 2.0, bottom + 36, "middle", "", chart.x().label());
    out.append(
        "<text transform=\"translate(14 %s) rotate(-90)\" text-anchor=\"middle\">%s</text>\n"
            .formatted(shown(top + PLOT_HEIGHT / 2.0), SvgFile.escaped(chart.y().label())));
  }

  private void text(double left, double baseline, String anchor, String style, String text) {
    out.append(
        "<text x=\"%s\" y=\"%s\" text-anchor=\"%s\"%s>%s</text>\n"
            .formatted(
                shown(left),
                shown(baseline),
                anchor,
                style.isEmpty() ? "" : " style=\"" + style + "\"",
                SvgFile.escaped(text)));
  }

  private void line(Chart.Line line) {
    StringBuilder path = new StringBuilder();
    boolean drawing = false;
    int alone = 0;
    for (int i = 0; i < line.x().size(); i++) {
      double left = x.at(line.x().get(i));
      double down = y.at(line.y().get(i));
      boolean finite = Double.isFinite(left) && Double.isFinite(down);
      if (finite) {
        path.append(drawing ? "L" : "M").append(shown(left)).append(' ').append(shown(down));
        alone++;
      }
      drawing = finite;
    }
    out.append("<path d=\"%s\" style=\"%s\"/>\n".formatted(path, stroke(line)));
    if (alone == 1) {
      dots(new Chart.Dots("", line.colour(), line.x(), line.y()));
    }
  }

  /** Each stretch without a gap is a shape: along the upper line and back along the lower. */
  private void band(Chart.Band band) {
    StringBuilder path = new StringBuilder();
    int from = 0;
    while (from < band.x().size()) {
      int to = from;
      while (to < band.x().size() && finite(band, to)) {
        to++;
      }
      for (int i = from; i < to; i++) {
        path.append(i == from ? "M" : "L").append(point(band.x().get(i), band.high().get(i)));
      }
      for (int i = to - 1; i >= from; i--) {
        path.append("L").append(point(band.x().get(i), band.low().get(i)));
      }
      path.append(to > from ? "Z" : "");
      from = Math.max(to, from + 1);
    }
    out.append(
        "<path d=\"%s\" style=\"fill:%s;opacity:%s\"/>\n"
            .formatted(path, colour(band.colour()), band.opacity()));
  }

  private boolean finite(Chart.Band band, int i) {
    return Double.isFinite(x.at(band.x().get(i)))
        && Double.isFinite(y.at(band.low().get(i)))
        && Double.isFinite(y.at(band.high().get(i)));
  }

  private String point(double left, double down) {
    return shown(x.at(left)) + " " + shown(y.at(down));
  }

  private void dots(Chart.Dots dots) {
    for (int i = 0; i < dots.x().size(); i++) {
      dot(x.at(dots.x().get(i)), y.at(dots.y().get(i)), dots.colour());
    }
  }

  private void dot(double left, double down, int colour) {
    if (Double.isFinite(left) && Double.isFinite(down)) {
      out.append(
          "<circle cx=\"%s\" cy=\"%s\" r=\"4\" style=\"fill:%s;stroke:var(--paper);stroke-width:1\"/>\n"
              .formatted(shown(left), shown(down), colour(colour)));
    }
  }

  /** A whisker with a bar at the middle. */
  private void range(Chart.Range range) {
    double at = x.at(range.at());
    double middle = y.at(range.middle());
    String stroke = "stroke:%s;stroke-width:2;fill:none".formatted(colour(range.colour()));
    out.append(
        "<path d=\"M%s %sV%sM%s %sh28\" style=\"%s\"/>\n"
            .formatted(
                shown(at),
                shown(y.at(range.low())),
                shown(y.at(range.high())),
                shown(at - 14),
                shown(middle),
                stroke));
  }
}
