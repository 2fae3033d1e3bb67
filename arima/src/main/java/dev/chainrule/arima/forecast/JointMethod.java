package dev.chainrule.arima.forecast;

import dev.chainrule.base.forecast.Forecast;
import dev.chainrule.base.series.Series;
import java.util.List;

/** A model that sees many series together, for instance a network that learns from them. */
public interface JointMethod {
  /** Its name in tables. */
  String name();

  /**
   * Learns, and forecasts.
   *
   * @param training what it may learn from
   * @param pasts what it forecasts from the end of, each a series of training, perhaps longer
   * @param horizon steps ahead
   * @param season values in one, 1 for none
   * @return one forecast for each of the pasts
   */
  List<Forecast> forecast(
      List<Series> training, List<Series> pasts, int horizon, int season, long seed)
      throws Exception;
}
