package dev.chainrule.arima.smoothing;

import dev.chainrule.base.InputException;
import dev.chainrule.base.forecast.Forecast;
import dev.chainrule.base.forecast.Forecaster;
import dev.chainrule.base.forecast.SeriesHistory;
import dev.chainrule.base.random.CounterRandom;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * A forecaster of many series, each by a model of its own, in parallel.
 *
 * @param method how a series is modelled
 * @param intervals what the intervals account for
 */
public record SeriesForecaster(SeriesMethod method, Intervals intervals) implements Forecaster {
  /** A model and its forecast from the end of the series that it was given. */
  public record Result(SeriesModel model, Forecast forecast) {}

  @Override
  public String name() {
    return method.name();
  }

  @Override
  public List<Forecast> forecast(
      List<SeriesHistory> histories, int horizon, long seed, IntConsumer done) {
    return histories.parallelStream().map(history -> one(history, horizon, seed, done)).toList();
  }

  private Forecast one(SeriesHistory history, int horizon, long seed, IntConsumer done) {
    try {
      Forecast forecast = of(history, horizon, seed).forecast();
      done.accept(1);
      return forecast;
    } catch (InputException e) {
      throw new InputException("series " + history.id() + ": " + e.getMessage());
    }
  }

  /**
   * The model of one series and its forecast.
   *
   * @throws InputException if the series cannot be modelled
   */
  public Result of(SeriesHistory history, int horizon, long seed) {
    Observed observed = Observed.of(history.values());
    SeriesModel model = method.fit(observed.values(), history.period());
    long own = CounterRandom.key(seed, history.id().hashCode());
    Forecast forecast = intervals.of(model, horizon + observed.gap(), own);
    return new Result(model, observed.gap() > 0 ? new Later(forecast, observed.gap()) : forecast);
  }
}
