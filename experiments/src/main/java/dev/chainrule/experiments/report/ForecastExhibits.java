package dev.chainrule.experiments.report;

import dev.chainrule.base.series.ForecastFile;
import dev.chainrule.base.series.Series;
import dev.chainrule.plot.Chart;
import dev.chainrule.plot.Fan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Forecasts as fans, and how often the intervals held what came. */
final class ForecastExhibits {
  private static final int FANS = 6;

  private ForecastExhibits() {}

  /** How many of so many values lay in an interval. */
  private static final class Hits {
    private long inside;
    private long all;
  }

  /**
   * Of the forecasts of series.
   *
   * @param file that they come from, for messages
   */
  static List<Exhibit> of(List<Series> series, Map<String, ForecastFile.Entry> entries, Path file) {
    List<Exhibit> exhibits = new ArrayList<>();
    TreeMap<Double, Hits> coverage = new TreeMap<>();
    int left = 0;
    for (Series each : series) {
      ForecastFile.Entry entry = entries.get(each.id());
      if (entry == null) {
        continue;
      }
      int origin = entry.origin(each, file);
      count(coverage, each, entry, origin);
      if (exhibits.size() < FANS) {
        Chart fan = Fan.of(each, entry, origin, null).chart("y");
        exhibits.add(new Exhibit.Drawing(fan, true));
      } else {
        left++;
      }
    }
    if (exhibits.isEmpty()) {
      return List.of(new Exhibit.Note("forecasts", file + " has none of the series of the data"));
    }
    if (left > 0) {
      exhibits.add(new Exhibit.Note("not drawn", left + " series more have forecasts in " + file));
    }
    exhibits.addAll(calibration(coverage));
    return exhibits;
  }

  private static void count(
      Map<Double, Hits> coverage, Series series, ForecastFile.Entry entry, int origin) {
    double[] p = entry.probabilities();
    for (int low = 0; low < p.length; low++) {
      for (int high = 0; high < p.length; high++) {
        if (p[low] < 0.5 && Math.abs(p[low] + p[high] - 1) < 1e-9) {
          Hits hits = coverage.computeIfAbsent(rounded(p[high] - p[low]), none -> new Hits());
          for (int h = 0; h < entry.means().length && origin + h < series.length(); h++) {
            double value = series.values()[origin + h];
            if (!Double.isNaN(value)) {
              hits.all++;
              boolean inside =
                  value >= entry.quantiles()[low][h] && value <= entry.quantiles()[high][h];
              hits.inside += inside ? 1 : 0;
            }
          }
        }
      }
    }
  }

  private static double rounded(double level) {
    return Math.round(level * 1e6) / 1e4;
  }

  private static List<Exhibit> calibration(Map<Double, Hits> coverage) {
    List<Double> x = new ArrayList<>();
    List<Double> y = new ArrayList<>();
    long values = 0;
    for (var each : coverage.entrySet()) {
      if (each.getValue().all > 0) {
        x.add(each.getKey());
        y.add(100.0 * each.getValue().inside / each.getValue().all);
        values = each.getValue().all;
      }
    }
    if (x.isEmpty()) {
      return List.of();
    }
    Chart chart =
        new Chart(
            "Calibration: what share of %d values the intervals held".formatted(values),
            Chart.Axis.of("nominal coverage (%)"),
            Chart.Axis.of("values inside (%)"),
            List.of(
                new Chart.Line(
                    "as it should be",
                    6,
                    Chart.Style.DASHED,
                    List.of(0.0, 100.0),
                    List.of(0.0, 100.0)),
                new Chart.Line("", 0, Chart.Style.PLAIN, x, y),
                new Chart.Dots("found", 0, x, y)));
    return List.of(new Exhibit.Drawing(chart, false));
  }
}
