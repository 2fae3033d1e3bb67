package dev.chainrule.base.forecast;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntConsumer;

/**
 * Random walks (Hyndman and Athanasopoulos, Forecasting: Principles and Practice, section 5.5): the
 * last value, the value a season ago, or the last value with the mean step; normal intervals from
 * the errors of one step in the past, wider for each step since the value that goes on. Where a
 * step of the season was never seen, the last value goes on.
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
    Steps steps = Steps.of(history, kind == Kind.DRIFT);
    double[] values = history.values();
    int period = kind == Kind.SEASONAL_NAIVE ? history.period() : 1;
    double perCycle = period > 1 ? steps.deviation(period) : steps.deviation();
    double[] means = new double[horizon];
    double[] deviations = new double[horizon];
    for (int h = 0; h < horizon; h++) {
      int at = values.length + h;
      int from = lastObserved(values, at, period);
      if (from >= 0 && period > 1) {
        means[h] = values[from];
        deviations[h] = perCycle * Math.sqrt((at - from) / (double) period);
      } else {
        // Also where this step of the season was never seen.
        int ahead = at - steps.last();
        means[h] = values[steps.last()] + ahead * steps.slope();
        double extra = kind == Kind.DRIFT ? 1 + ahead / (double) steps.span() : 1;
        deviations[h] = steps.deviation() * Math.sqrt(ahead * extra);
      }
    }
    return new NormalForecast(means, deviations);
  }

  /** The last place, a whole number of seasons before one, with a value; negative without any. */
  private static int lastObserved(double[] values, int at, int period) {
    int i = at - ((at - values.length) / period + 1) * period;
    while (i >= 0 && Double.isNaN(values[i])) {
      i -= period;
    }
    return i;
  }
}
