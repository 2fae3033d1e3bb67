package dev.chainrule.timeseries.conformal;

import dev.chainrule.base.InputException;
import dev.chainrule.base.forecast.Forecast;
import dev.chainrule.base.forecast.Forecaster;
import dev.chainrule.base.forecast.PointMetrics;
import dev.chainrule.base.forecast.QuantileForecast;
import dev.chainrule.base.forecast.SeriesHistory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;

/**
 * Conformalised quantile regression (Romano, Patterson and Candès 2019) around another forecaster:
 * it forecasts the last stretches of the known past too, and widens or narrows each central
 * interval by the quantile of how far the values there lay outside of it (inside counts as less
 * than zero), in units of each series' naive error. If those stretches are like the future and the
 * forecaster was not trained on them, an interval of level a then holds a share of a or more.
 *
 * <p>Errors of all series count together: those of a step, where there are at least {@value
 * #ENOUGH} of them, else those of all steps. Where even these are too few for a level (five errors
 * tell nothing of 99 %), its interval is widened by the largest, or stays as it is.
 */
public final class ConformalForecaster implements Forecaster {
  private static final int ENOUGH = 100;

  private final Forecaster inner;
  private final int windows;

  /**
   * Around a forecaster.
   *
   * @param windows stretches as long as the forecast, taken from the end of each history
   */
  public ConformalForecaster(Forecaster inner, int windows) {
    if (windows < 1) {
      throw new IllegalArgumentException(
          "%d windows of calibration, expected 1 or more".formatted(windows));
    }
    this.inner = inner;
    this.windows = windows;
  }

  /** For instance {@code deepar+conformal}. */
  @Override
  public String name() {
    return inner.name() + "+conformal";
  }

  /**
   * A forecast of the past and what came.
   *
   * @param scale of the series
   */
  @SuppressWarnings("ArrayRecordComponent")
  private record Case(double[] actual, double scale) {}

  @Override
  public List<Forecast> forecast(
      List<SeriesHistory> histories, int horizon, long seed, IntConsumer done) {
    List<SeriesHistory> past = new ArrayList<>();
    List<Case> cases = new ArrayList<>();
    for (SeriesHistory history : histories) {
      double[] values = history.values();
      int first = Math.max(history.period(), values.length - 1 - stretched(horizon));
      for (int origin = values.length - horizon; origin > first; origin -= horizon) {
        past.add(until(history, origin, horizon));
        double[] actual = Arrays.copyOfRange(values, origin, origin + horizon);
        cases.add(new Case(actual, scale(history)));
      }
    }
    if (cases.isEmpty()) {
      throw new InputException(
          "conformal intervals: no series is longer than one horizon of %d and a season"
              .formatted(horizon));
    }
    IntConsumer share = share(done, histories.size(), past.size() + histories.size());
    Corrections corrections =
        new Corrections(cases, inner.forecast(past, horizon, seed + 1, share), horizon);
    List<Forecast> plain = inner.forecast(histories, horizon, seed, share);
    List<Forecast> result = new ArrayList<>();
    for (int i = 0; i < plain.size(); i++) {
      result.add(corrections.apply(plain.get(i), scale(histories.get(i))));
    }
    return result;
  }

  /** Values of all stretches. */
  private int stretched(int horizon) {
    return (int) Math.min(Integer.MAX_VALUE, (long) windows * horizon);
  }

  /** Tells of as many series as the share of all forecasts, past ones among them, comes to. */
  private static IntConsumer share(IntConsumer done, long series, long forecasts) {
    AtomicLong made = new AtomicLong();
    return more -> {
      long now = made.addAndGet(more);
      done.accept((int) (now * series / forecasts - (now - more) * series / forecasts));
    };
  }

  private static SeriesHistory until(SeriesHistory history, int origin, int horizon) {
    double[][] covariates = new double[history.covariates().length][];
    for (int k = 0; k < covariates.length; k++) {
      covariates[k] = Arrays.copyOf(history.covariates()[k], origin + horizon);
    }
    double[] values = Arrays.copyOf(history.values(), origin);
    return new SeriesHistory(history.id(), values, history.period(), covariates);
  }

  private static double scale(SeriesHistory history) {
    double scale = PointMetrics.naiveScale(history.values(), history.period());
    return scale > 0 ? scale : 1;
  }

  /** What to add to the ends of intervals, in units of the series' scales. */
  private static final class Corrections {
    /** Below the intervals that are corrected; quantiles between them are interpolated. */
    private static final double[] TAILS = {
      0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45
    };

    private static final double NARROWEST = 0.01;

    private final double[][] added;

    Corrections(List<Case> cases, List<Forecast> forecasts, int horizon) {
      added = new double[horizon][TAILS.length];
      for (int k = 0; k < TAILS.length; k++) {
        double[][] errors = errors(cases, forecasts, horizon, TAILS[k]);
        double[] all = sorted(Arrays.stream(errors).flatMapToDouble(Arrays::stream).toArray());
        if (all.length == 0) {
          throw new InputException(
              "conformal intervals: all values of the %d stretches of calibration are missing"
                  .formatted(cases.size()));
        }
        for (int h = 0; h < horizon; h++) {
          double[] own = sorted(errors[h]);
          added[h][k] = quantile(own.length >= ENOUGH ? own : all, 1 - 2 * TAILS[k]);
        }
      }
    }

    /** Of each step: how far each value lies outside the interval. */
    private static double[][] errors(
        List<Case> cases, List<Forecast> forecasts, int horizon, double tail) {
      double[][] errors = new double[horizon][cases.size()];
      for (int i = 0; i < cases.size(); i++) {
        Case known = cases.get(i);
        for (int h = 0; h < horizon; h++) {
          double lower = forecasts.get(i).quantile(h, tail) - known.actual()[h];
          double upper = known.actual()[h] - forecasts.get(i).quantile(h, 1 - tail);
          errors[h][i] = Math.max(lower, upper) / known.scale();
        }
      }
      return errors;
    }

    /** In rising order, without those of missing values. */
    private static double[] sorted(double[] errors) {
      return Arrays.stream(errors).filter(e -> !Double.isNaN(e)).sorted().toArray();
    }

    /** The smallest that at least a share of (1 + 1/n) level do not exceed. */
    private static double quantile(double[] sorted, double level) {
      int rank = Math.max(1, (int) Math.ceil(level * (sorted.length + 1)));
      if (rank > sorted.length) {
        return Math.max(0, sorted[sorted.length - 1]);
      }
      return sorted[rank - 1];
    }

    /** The end of an interval that keeps a hundredth of its width. */
    private static double least(double median, double end) {
      return median + NARROWEST * (end - median);
    }

    /** The forecast with its intervals moved; mean and median stay. */
    Forecast apply(Forecast plain, double scale) {
      int middle = TAILS.length;
      double[] probabilities = new double[2 * middle + 1];
      double[][] values = new double[2 * middle + 1][];
      probabilities[middle] = 0.5;
      values[middle] = plain.quantiles(0.5);
      for (int k = middle - 1; k >= 0; k--) {
        int opposite = 2 * middle - k;
        probabilities[k] = TAILS[k];
        probabilities[opposite] = 1 - TAILS[k];
        values[k] = plain.quantiles(TAILS[k]);
        values[opposite] = plain.quantiles(1 - TAILS[k]);
        for (int h = 0; h < added.length; h++) {
          // No interval is narrower than one of a lower level, or so narrow that nothing is left.
          double move = scale * added[h][k];
          double median = values[middle][h];
          double low = Math.min(values[k][h] - move, least(median, values[k][h]));
          double high = Math.max(values[opposite][h] + move, least(median, values[opposite][h]));
          values[k][h] = Math.min(low, values[k + 1][h]);
          values[opposite][h] = Math.max(high, values[opposite - 1][h]);
        }
      }
      return new QuantileForecast(plain.means(), probabilities, values);
    }
  }
}
