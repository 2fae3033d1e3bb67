package dev.chainrule.timeseries.backtest;

import dev.chainrule.base.InputException;
import dev.chainrule.base.forecast.SeriesHistory;
import dev.chainrule.base.series.Series;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What forecasts are asked for and held against.
 *
 * @param training the part of each series before the first forecast
 * @param histories what is known at each origin
 * @param actuals what came, one [horizon] for each history
 */
public record Backtest(
    List<Series> training, List<SeriesHistory> histories, List<double[]> actuals) {
  @Override
  public String toString() {
    int horizon = actuals.isEmpty() ? 0 : actuals.getFirst().length;
    return "backtest of %d series: %d forecasts of %d steps"
        .formatted(training.size(), histories.size(), horizon);
  }

  /**
   * Rolling origins: the last {@code windows} stretches of {@code horizon} values of each series,
   * one after the other.
   */
  public static Backtest rolling(List<Series> series, int horizon, int windows, int season) {
    List<Series> training = new ArrayList<>();
    List<SeriesHistory> histories = new ArrayList<>();
    List<double[]> actuals = new ArrayList<>();
    for (Series s : series) {
      long before = s.length() - (long) horizon * windows;
      if (before < 1) {
        throw new InputException(
            "%s: has %d values, expected more than %d windows of %d"
                .formatted(s.place(), s.length(), windows, horizon));
      }
      int first = (int) before;
      training.add(s.first(first));
      for (int origin = first; origin < s.length(); origin += horizon) {
        histories.add(history(s, origin, horizon, season));
        actuals.add(Arrays.copyOfRange(s.values(), origin, origin + horizon));
      }
    }
    return new Backtest(training, histories, actuals);
  }

  /** The values of a test file, which follow the end of each series of the training file. */
  public static Backtest against(
      List<Series> training, List<Series> test, int horizon, int season) {
    Map<String, Series> byId = new HashMap<>();
    for (Series s : test) {
      byId.put(s.id(), s);
    }
    List<SeriesHistory> histories = new ArrayList<>();
    List<double[]> actuals = new ArrayList<>();
    for (Series s : training) {
      Series future = byId.get(s.id());
      if (future == null) {
        throw new InputException("series %s: is not in the test data".formatted(s.id()));
      }
      if (future.length() < horizon) {
        throw new InputException(
            "series %s: has %d values in the test data, expected %d"
                .formatted(s.id(), future.length(), horizon));
      }
      histories.add(history(joined(s, future), s.length(), horizon, season));
      actuals.add(Arrays.copyOf(future.values(), horizon));
    }
    return new Backtest(training, histories, actuals);
  }

  /** What is known at an origin: values before it, and covariates to the horizon. */
  private static SeriesHistory history(Series s, int origin, int horizon, int season) {
    double[] values = Arrays.copyOf(s.values(), origin);
    double[][] covariates = s.covariates().columns().clone();
    for (int k = 0; k < covariates.length; k++) {
      covariates[k] = Arrays.copyOf(covariates[k], origin + horizon);
    }
    return new SeriesHistory(s.id(), values, season, covariates);
  }

  /** A series with the covariates of what follows. */
  private static Series joined(Series s, Series future) {
    double[][] columns = new double[s.covariates().columns().length][];
    for (int k = 0; k < columns.length; k++) {
      double[] before = s.covariates().columns()[k];
      double[] after = future.covariates().columns()[k];
      columns[k] = Arrays.copyOf(before, before.length + after.length);
      System.arraycopy(after, 0, columns[k], before.length, after.length);
    }
    return s.withCovariates(s.covariates().withColumns(columns));
  }
}
