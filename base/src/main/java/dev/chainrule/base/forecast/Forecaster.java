package dev.chainrule.base.forecast;

import java.util.List;
import java.util.function.IntConsumer;

/**
 * Something that forecasts series from their past. One that learns from many series is trained
 * before; one that is fitted to each series (ARIMA, naive) does so here.
 */
public interface Forecaster {
  /** A short name for tables, for instance {@code auto_arima}. */
  String name();

  /**
   * Forecasts series that stand beside each other.
   *
   * @param horizon steps ahead, at least 1
   * @param seed of any sampling; the same seed gives the same forecasts
   * @param done hears, on any thread, how many series more are forecast
   * @return one forecast a series, in their order
   */
  List<Forecast> forecast(List<SeriesHistory> histories, int horizon, long seed, IntConsumer done);

  /** The same, with nobody to hear how far it is. */
  default List<Forecast> forecast(List<SeriesHistory> histories, int horizon, long seed) {
    return forecast(histories, horizon, seed, series -> {});
  }
}
