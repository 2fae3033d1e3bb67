package dev.chainrule.arima.forecast;

import dev.chainrule.arima.unitroot.Interpolation;
import dev.chainrule.arima.unitroot.SeasonalTests;
import dev.chainrule.base.series.Frequency;
import dev.chainrule.base.series.Series;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How many values a season of a file's series has. Dates say it (12 months, 24 hours, minutes of a
 * day); where times only count, autocorrelations do: those of the differences of up to {@value
 * #MOST_SERIES} series are averaged, and the season is the first lag at which the average has a
 * maximum of {@value #LEAST_CORRELATION} or more, and of three of its standard errors, that is not
 * much below the highest, if a quarter of the series have a seasonal strength of {@value
 * #LEAST_STRENGTH} or more there. Where values go up and down within a season, half of it looks
 * like one: two to {@value #MOST_PARTS} times a lag is taken in its place if it correlates more, by
 * more than chance (Fisher's z).
 */
public final class SeasonSearch {
  static final int MOST_SERIES = 100;
  static final double LEAST_CORRELATION = 0.2;
  static final double LEAST_STRENGTH = 0.4;
  private static final double STANDARD_ERRORS = 3;
  private static final double SHARE_OF_HIGHEST = 0.8;
  static final int MOST_PARTS = 4;

  /** Beyond it Fisher's z has no bounds. */
  private static final double LARGEST_CORRELATION = 0.9999;

  private static final int LONGEST = 400;
  private static final int MOST_VALUES = 3000;
  private static final int FEWEST = 9;
  private static final long DAY_SECONDS = 86_400;
  private static final int MINUTE_SECONDS = 60;

  private SeasonSearch() {}

  /**
   * The season of series of one frequency, which is not longer than half of the longest of them.
   *
   * @return 1 where there is none
   */
  public static int of(List<Series> series) {
    if (series.isEmpty()) {
      return 1;
    }
    int longest = series.stream().mapToInt(Series::length).max().orElse(0);
    Series first = series.getFirst();
    Frequency frequency = first.frequency();
    if (first.counts() || frequency.unit() == Frequency.Unit.STEP) {
      return found(series.stream().map(Series::values).toList());
    }
    return ofDates(frequency, longest);
  }

  /**
   * The season of series with dates.
   *
   * @param longest values of the longest series
   */
  public static int ofDates(Frequency frequency, int longest) {
    int season = calendar(frequency, longest);
    return 2L * season < longest ? season : 1;
  }

  /**
   * How far apart in a file the series are that {@link #found} looks at.
   *
   * @param series how many there are
   */
  public static int step(int series) {
    return Math.max(1, series / MOST_SERIES);
  }

  private static int calendar(Frequency frequency, int longest) {
    long seconds =
        switch (frequency.unit()) {
          case SECOND -> frequency.count();
          case MINUTE -> (long) MINUTE_SECONDS * frequency.count();
          default -> 0;
        };
    if (seconds > 0 && DAY_SECONDS % seconds == 0 && 2 * (DAY_SECONDS / seconds) < longest) {
      return (int) (DAY_SECONDS / seconds);
    }
    return frequency.season();
  }

  /**
   * The season that autocorrelations tell.
   *
   * @param series values of each, NaN is missing
   * @return 1 where there is none
   */
  public static int found(List<double[]> series) {
    List<double[]> usable = new ArrayList<>();
    int step = step(series.size());
    for (int i = 0; i < series.size() && usable.size() < MOST_SERIES; i += step) {
      double[] values = observed(series.get(i));
      if (values.length >= FEWEST) {
        usable.add(values);
      }
    }
    double[] sums = new double[LONGEST + 2];
    double[] unbiased = new double[LONGEST + 2];
    int[] counts = new int[LONGEST + 2];
    for (double[] y : usable) {
      addCorrelations(y, sums, unbiased, counts);
    }
    double values = usable.stream().mapToDouble(y -> y.length).sum();
    double error = 1 / Math.sqrt(values);
    double[] means = means(sums, counts);
    double least = Math.max(LEAST_CORRELATION, STANDARD_ERRORS * error);
    int season = whole(firstPeak(means, least), means, means(unbiased, counts), error);
    if (season < 2) {
      return 1;
    }
    double[] strengths =
        usable.stream()
            .filter(y -> y.length > 2 * season)
            .mapToDouble(y -> SeasonalTests.strength(y, season))
            .sorted()
            .toArray();
    return strengths.length > 0 && strengths[3 * strengths.length / 4] >= LEAST_STRENGTH
        ? season
        : 1;
  }

  /**
   * What of a series is looked at: from the first value to the last, gaps filled, of a long one the
   * end, and nothing if it is constant.
   */
  public static double[] observed(double[] y) {
    int first = 0;
    int last = y.length - 1;
    while (first <= last && Double.isNaN(y[first])) {
      first++;
    }
    while (last > first && Double.isNaN(y[last])) {
      last--;
    }
    if (last < first) {
      return new double[0];
    }
    double[] part = Arrays.copyOfRange(y, Math.max(first, last + 1 - MOST_VALUES), last + 1);
    return Arrays.stream(part).filter(v -> !Double.isNaN(v)).distinct().count() < 2
        ? new double[0]
        : Interpolation.linear(part);
  }

  private static void addCorrelations(
      double[] values, double[] sums, double[] unbiased, int[] counts) {
    int n = values.length - 1;
    double[] steps = new double[n];
    double mean = (values[n] - values[0]) / n;
    double variance = 0;
    for (int t = 0; t < n; t++) {
      steps[t] = values[t + 1] - values[t] - mean;
      variance += steps[t] * steps[t];
    }
    if (!(variance > 0) || Double.isInfinite(variance)) {
      return;
    }
    for (int lag = 1; lag <= Math.min(LONGEST + 1, values.length / 3); lag++) {
      double sum = 0;
      for (int t = lag; t < n; t++) {
        sum += steps[t] * steps[t - lag];
      }
      sums[lag] += sum / variance;
      unbiased[lag] += sum / variance * n / (n - lag);
      counts[lag]++;
    }
  }

  /** Over the series; of a lag that few are long enough for, which says little, 0. */
  private static double[] means(double[] sums, int[] counts) {
    double[] means = new double[sums.length];
    for (int lag = 1; lag < sums.length; lag++) {
      means[lag] = 2 * counts[lag] > counts[1] ? sums[lag] / counts[lag] : 0;
    }
    return means;
  }

  private static int firstPeak(double[] means, double least) {
    double highest = Arrays.stream(means, 2, means.length).max().orElse(0);
    for (int lag = 2; lag <= LONGEST; lag++) {
      if (isPeak(means, lag) && means[lag] >= Math.max(least, SHARE_OF_HIGHEST * highest)) {
        return lag;
      }
    }
    return 1;
  }

  private static boolean isPeak(double[] means, int lag) {
    return means[lag] >= means[lag - 1] && means[lag] >= means[lag + 1];
  }

  /** The season that a lag is a part of, or itself. */
  private static int whole(int part, double[] means, double[] unbiased, double error) {
    int season = part;
    for (int times = 2; part > 1 && times <= MOST_PARTS; times++) {
      int longer = times * part;
      if (longer <= LONGEST
          && isPeak(means, longer)
          && z(unbiased[longer]) - z(unbiased[season]) > STANDARD_ERRORS * error) {
        season = longer;
      }
    }
    return season == part ? part : whole(season, means, unbiased, error);
  }

  private static double z(double correlation) {
    double r = Math.clamp(correlation, -LARGEST_CORRELATION, LARGEST_CORRELATION);
    return 0.5 * Math.log((1 + r) / (1 - r));
  }
}
