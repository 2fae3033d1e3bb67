package dev.chainrule.base.series;

/** Forecasts of series of which nothing is said but how far; a module that makes such offers it. */
public interface AutomaticForecasts {
  /**
   * Forecasts every series that can be.
   *
   * @param horizon steps ahead, at least 1
   * @throws dev.chainrule.base.InputException if none can be
   */
  Outlook forecast(SeriesData data, int horizon);
}
