package dev.chainrule.timeseries.baseline;

import dev.chainrule.base.forecast.Forecast;
import dev.chainrule.base.forecast.Forecaster;
import dev.chainrule.base.forecast.SeriesHistory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntConsumer;
import org.apache.commons.math3.distribution.NormalDistribution;

/**
 * Random walks (Hyndman and Athanasopoulos, Forecasting: Principles and Practice, section 5.5): the
 * last value, the value a season ago, or the last value with the mean step; normal intervals from
 * the errors of one step in the past.
 *
 * @param kind what goes on
 */
public record Naive(Kind kind) implements Forecaster {
  /** What goes on. */
  public enum Kind {
    /** The last value goes on. */
    NAIVE,
    /** The last season goes on. */
    SEASONAL_NAIVE,
    /** The last value goes on with the mean step of the past. */
    DRIFT
  }

  private static final NormalDistribution NORMAL = new NormalDistribution(0, 1);

  /** For instance {@code seasonal_naive}. */
  @Override
  public String name() {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public List<Forecast> forecast(
      List<SeriesHistory> histories, int horizon, long seed, IntConsumer done) {
    List<Forecast> forecasts = new ArrayList<>();
    for (SeriesHistory history : histories) {
      forecasts.add(forecast(history, horizon));
      done.accept(1);
    }
    return forecasts;
  }

  private Forecast forecast(SeriesHistory history, int horizon) {
    double[] values = history.values();
    int period = kind == Kind.SEASONAL_NAIVE ? Math.min(history.period(), values.length) : 1;
    double slope = kind == Kind.DRIFT ? slope(values) : 0;
    double[] means = new double[horizon];
    double[] deviations = new double[horizon];
    double sigma = residualDeviation(values, period, slope);
    for (int h = 0; h < horizon; h++) {
      int back = period - h % period;
      means[h] = lastObserved(values, values.length - back, period) + (h + 1) * slope;
      int cycle = h / period + 1;
      double extra = kind == Kind.DRIFT ? 1 + (h + 1.0) / Math.max(1, values.length - 1) : 1;
      deviations[h] = sigma * Math.sqrt(cycle * extra);
    }
    return new NormalForecast(means, deviations);
  }

  /** The value at i, or a whole number of seasons before where it is missing; 0 without any. */
  private static double lastObserved(double[] values, int i, int period) {
    for (int at = i; at >= 0; at -= period) {
      if (!Double.isNaN(values[at])) {
        return values[at];
      }
    }
    return 0;
  }

  private static double slope(double[] values) {
    int first = 0;
    int last = values.length - 1;
    while (first < last && Double.isNaN(values[first])) {
      first++;
    }
    while (last > first && Double.isNaN(values[last])) {
      last--;
    }
    return last > first ? (values[last] - values[first]) / (last - first) : 0;
  }

  private static double residualDeviation(double[] values, int period, double slope) {
    double sum = 0;
    int count = 0;
    for (int i = period; i < values.length; i++) {
      double error = values[i] - values[i - period] - slope;
      if (!Double.isNaN(error)) {
        sum += error * error;
        count++;
      }
    }
    return count == 0 ? 0 : Math.sqrt(sum / count);
  }

  /** A normal distribution a step. */
  @SuppressWarnings("ArrayRecordComponent")
  private record NormalForecast(double[] means, double[] deviations) implements Forecast {
    @Override
    public int horizon() {
      return means.length;
    }

    @Override
    public double mean(int step) {
      return means[step];
    }

    @Override
    public double quantile(int step, double probability) {
      return means[step] + deviations[step] * NORMAL.inverseCumulativeProbability(probability);
    }
  }
}
