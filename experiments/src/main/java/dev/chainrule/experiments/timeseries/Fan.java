package dev.chainrule.experiments.timeseries;

import dev.chainrule.timeseries.data.ForecastCsv;
import dev.chainrule.timeseries.data.Series;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a fan chart shows of one series, over all times from the first shown to the forecast's last;
 * null where there is nothing to draw.
 *
 * @param times seconds since 1970
 * @param observed values known before the forecast, and those that came
 * @param median of the forecast
 * @param bands widest first
 */
record Fan(
    String id,
    List<Long> times,
    List<@Nullable Double> observed,
    List<@Nullable Double> median,
    List<Band> bands) {
  /**
   * A central interval.
   *
   * @param level its nominal coverage
   */
  record Band(double level, List<@Nullable Double> lower, List<@Nullable Double> upper) {}

  /**
   * The chart of a series and its forecast.
   *
   * @param shown values to show of those before the forecast
   */
  static Fan of(Series series, ForecastCsv.Entry forecast, int shown) {
    int origin = (int) series.frequency().stepsBetween(series.start(), forecast.times().getFirst());
    int from = Math.max(0, origin - shown);
    int to = origin + forecast.times().size();
    List<Long> times = new ArrayList<>();
    List<@Nullable Double> observed = new ArrayList<>();
    for (int i = from; i < to; i++) {
      times.add(series.time(i).toEpochSecond(ZoneOffset.UTC));
      boolean known = i < series.length() && !Double.isNaN(series.values()[i]);
      observed.add(known ? series.values()[i] : null);
    }
    double[] probabilities = forecast.probabilities();
    List<Band> bands = new ArrayList<>();
    for (int i = 0; i < probabilities.length; i++) {
      double p = probabilities[i];
      int other = indexOf(probabilities, 1 - p);
      if (p < 0.5 && other >= 0) {
        bands.add(
            new Band(
                1 - 2 * p,
                after(origin - from, forecast.quantiles()[i]),
                after(origin - from, forecast.quantiles()[other])));
      }
    }
    bands.sort((a, b) -> Double.compare(b.level(), a.level()));
    int half = indexOf(probabilities, 0.5);
    double[] centre = half < 0 ? forecast.means() : forecast.quantiles()[half];
    return new Fan(series.id(), times, observed, after(origin - from, centre), bands);
  }

  private static int indexOf(double[] probabilities, double p) {
    for (int i = 0; i < probabilities.length; i++) {
      if (Math.abs(probabilities[i] - p) < 1e-9) {
        return i;
      }
    }
    return -1;
  }

  private static List<@Nullable Double> after(int empty, double[] values) {
    List<@Nullable Double> result = new ArrayList<>();
    for (int i = 0; i < empty; i++) {
      result.add(null);
    }
    Arrays.stream(values).forEach(result::add);
    return result;
  }
}
