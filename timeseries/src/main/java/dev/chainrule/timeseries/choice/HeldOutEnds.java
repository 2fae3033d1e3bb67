package dev.chainrule.timeseries.choice;

import dev.chainrule.base.forecast.DistributionMetrics;
import dev.chainrule.base.forecast.Forecast;
import dev.chainrule.base.forecast.PointMetrics;
import dev.chainrule.base.forecast.SeriesHistory;
import dev.chainrule.base.series.Series;
import dev.chainrule.timeseries.backtest.Backtest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The ends of series, kept apart to be forecast from what was before.
 *
 * @param training all series, those that are long enough without their ends
 * @param histories what is known at each origin
 * @param actuals what came, one [horizon] for each history
 * @param windows of each of those series
 */
record HeldOutEnds(
    List<Series> training, List<SeriesHistory> histories, List<double[]> actuals, int windows) {
  /** Forecasts by which settings can be told apart. */
  private static final int ENOUGH = 64;

  /** All series of one time may have met with the same. */
  private static final int LEAST_WINDOWS = 2;

  private static final int MOST_WINDOWS = 5;

  /** Of a series, what its ends may be at most. */
  private static final int SHARE = 4;

  /**
   * Two windows a series, more of few, as far as they are a quarter of most series; else one, and
   * none where all are too short.
   */
  static HeldOutEnds of(List<Series> series, int horizon, int season) {
    int windows =
        Math.clamp((ENOUGH + series.size() - 1L) / series.size(), LEAST_WINDOWS, MOST_WINDOWS);
    int[] lengths = series.stream().mapToInt(Series::length).sorted().toArray();
    long most = lengths[lengths.length / 2] / ((long) SHARE * horizon);
    int kept = Math.clamp(most, 1, windows);
    List<Series> training = new ArrayList<>();
    List<Series> usable = new ArrayList<>();
    for (Series s : series) {
      boolean isLong = leavesEnough(s, horizon, kept);
      training.add(isLong ? s.first(s.length() - kept * horizon) : s);
      if (isLong) {
        usable.add(s);
      }
    }
    Backtest backtest = Backtest.rolling(usable, horizon, kept, season);
    return new HeldOutEnds(training, backtest.histories(), backtest.actuals(), kept);
  }

  /** Whether without its ends there is a window to learn, with a value before its forecast. */
  private static boolean leavesEnough(Series s, int horizon, int windows) {
    long learnt = s.length() - (windows + 1L) * horizon;
    return learnt > 0
        && Arrays.stream(s.values(), 0, (int) learnt).anyMatch(value -> !Double.isNaN(value));
  }

  boolean isEmpty() {
    return histories.isEmpty();
  }

  /**
   * How far forecasts are off: the geometric mean of the quantile loss over the size of all values,
   * which a few large series decide, and of the mean over series of their losses in units of their
   * naive errors, which those decide that hardly change.
   *
   * @param forecasts one a history
   */
  Loss loss(List<Forecast> forecasts) {
    double[] probabilities = DistributionMetrics.defaultProbabilities();
    double sum = 0;
    double absolute = 0;
    double scaled = 0;
    int count = 0;
    for (int i = 0; i < forecasts.size(); i++) {
      double[] actual = actuals.get(i);
      double loss = 0;
      for (double p : probabilities) {
        loss += DistributionMetrics.quantileLoss(actual, forecasts.get(i).quantiles(p), p);
      }
      loss /= probabilities.length;
      long there = Arrays.stream(actual).filter(a -> !Double.isNaN(a)).count();
      sum += loss;
      absolute += DistributionMetrics.absoluteSum(actual);
      SeriesHistory history = histories.get(i);
      double scale = PointMetrics.naiveScale(history.values(), history.period());
      if (there > 0 && scale > 0) {
        scaled += loss / there / scale;
        count++;
      }
    }
    return new Loss(sum / Math.max(absolute, Double.MIN_NORMAL), count == 0 ? 1 : scaled / count);
  }

  /**
   * How far forecasts were off.
   *
   * @param weighted mean weighted quantile loss
   * @param scaled mean over series of quantile losses in units of naive errors
   */
  record Loss(double weighted, double scaled) {
    /** Of what was not trained to its end. */
    static final Loss UNKNOWN = new Loss(Double.NaN, Double.NaN);

    double both() {
      return Math.sqrt(weighted * scaled);
    }
  }
}
