package dev.chainrule.plot;

import dev.chainrule.base.forecast.Forecast;
import dev.chainrule.base.forecast.ForecastTable;
import dev.chainrule.base.series.ForecastFile;
import dev.chainrule.base.series.Frequency;
import dev.chainrule.base.series.Origin;
import dev.chainrule.base.series.Series;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What a fan chart shows of one series, over all times from the first shown to the forecast's last;
 * null where there is nothing to draw.
 *
 * @param title names the series, the model and the horizon
 * @param note says what of the past is not shown, or nothing
 * @param step between values, in words
 * @param times seconds since 1970, or where times count steps, the count
 * @param digits of an ISO 8601 time, as many as the step needs; 0 where times count
 * @param observed values known before the forecast, and those that came
 * @param centreName of the centre: median or mean
 * @param bands widest first
 */
public record Fan(
    String title,
    String note,
    String step,
    List<Long> times,
    int digits,
    List<@Nullable Double> observed,
    String centreName,
    List<@Nullable Double> centre,
    List<Band> bands) {
  /** How many series a chart shows at most. */
  public static final int MOST = 12;

  private static final int LEAST_SHOWN = 60;
  private static final int[] LIGHTEST = {212, 225, 241};
  private static final int[] DARKEST = {110, 152, 205};

  /**
   * A central interval.
   *
   * @param name its nominal coverage: {@code 95 %}
   * @param colour as {@code #rrggbb}
   */
  public record Band(
      String name, String colour, List<@Nullable Double> lower, List<@Nullable Double> upper) {}

  /**
   * The chart of a series and a forecast of the steps after its end.
   *
   * @param levels of the intervals, in per cent
   */
  public static Fan of(Series series, Forecast forecast, List<Double> levels, String model) {
    for (double level : levels) {
      if (!(level >= 1 && level < 100)) {
        throw new IllegalArgumentException(
            "levels %s, expected per cent from 1 to below 100".formatted(level));
      }
    }
    double[] probabilities = ForecastFile.probabilities(levels);
    double[][] quantiles = new double[probabilities.length][];
    Arrays.setAll(quantiles, i -> forecast.quantiles(probabilities[i]));
    ForecastFile.Entry entry =
        new ForecastFile.Entry(
            model, List.of(), new int[0], forecast.means(), probabilities, quantiles);
    return of(series, entry, series.length(), null);
  }

  /**
   * The chart of a series and its forecast.
   *
   * @param origin how many steps after the first value the forecast begins
   * @param past values to show of those before the forecast; by default four times its steps, and
   *     at least 60
   */
  public static Fan of(
      Series series, ForecastFile.Entry forecast, int origin, @Nullable Integer past) {
    int horizon = forecast.means().length;
    int shown = past == null ? (int) Math.max(LEAST_SHOWN, 4L * horizon) : past;
    int from = Math.max(0, origin - shown);
    List<Long> times = new ArrayList<>();
    List<@Nullable Double> observed = new ArrayList<>();
    for (int i = from; i < origin + horizon; i++) {
      times.add(time(series, i));
      boolean known = i < series.length() && !Double.isNaN(series.values()[i]);
      observed.add(known ? series.values()[i] : null);
    }
    double[] probabilities = forecast.probabilities();
    int half = indexOf(probabilities, 0.5);
    double[] centre = half < 0 ? forecast.means() : forecast.quantiles()[half];
    Frequency frequency = series.frequency();
    return new Fan(
        "%s: %s, %s ahead"
            .formatted(
                series.id(),
                forecast.model().isEmpty() ? "forecast" : forecast.model(),
                frequency.words(horizon)),
        from == 0 ? "" : "the last %d of %d values before the forecast".formatted(shown, origin),
        frequency.words(),
        times,
        digits(series),
        observed,
        half < 0 ? "mean" : "median",
        after(origin - from, centre),
        bands(forecast, origin - from));
  }

  /**
   * As lines and bands.
   *
   * @param unit of the values
   */
  public Chart chart(String unit) {
    return FanLines.chart(this, unit);
  }

  private static long time(Series series, int i) {
    Origin origin = series.origin();
    return origin != null && origin.firstCount() != null
        ? origin.firstCount() + i
        : series.time(i).toEpochSecond(ZoneOffset.UTC);
  }

  private static int digits(Series series) {
    if (series.counts()) {
      return 0;
    }
    return switch (series.frequency().unit()) {
      case YEAR -> "2020".length();
      case MONTH, QUARTER -> "2020-01".length();
      case DAY, BUSINESS_DAY, WEEK -> "2020-01-31".length();
      case HOUR, MINUTE -> "2020-01-31 13:00".length();
      default -> "2020-01-31 13:00:00".length();
    };
  }

  private static List<Band> bands(ForecastFile.Entry forecast, int empty) {
    double[] probabilities = forecast.probabilities();
    int[] lower =
        IntStream.range(0, probabilities.length)
            .filter(
                i -> probabilities[i] < 0.5 && indexOf(probabilities, 1 - probabilities[i]) >= 0)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> probabilities[i]))
            .mapToInt(i -> i)
            .toArray();
    List<Band> bands = new ArrayList<>();
    for (int k = 0; k < lower.length; k++) {
      double p = probabilities[lower[k]];
      bands.add(
          new Band(
              ForecastTable.percent(100 * (1 - 2 * p)),
              colour(lower.length == 1 ? 0.5 : (double) k / (lower.length - 1)),
              after(empty, forecast.quantiles()[lower[k]]),
              after(empty, forecast.quantiles()[indexOf(probabilities, 1 - p)])));
    }
    return bands;
  }

  /** From light for the widest, 0, to dark, 1. */
  private static String colour(double depth) {
    int colour = 0;
    for (int k = 0; k < LIGHTEST.length; k++) {
      colour = colour << 8 | (int) Math.round(LIGHTEST[k] + depth * (DARKEST[k] - LIGHTEST[k]));
    }
    return "#%06x".formatted(colour);
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
    for (double value : values) {
      result.add(Double.isFinite(value) ? (Double) value : null);
    }
    return result;
  }
}
