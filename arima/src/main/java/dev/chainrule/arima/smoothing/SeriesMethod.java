package dev.chainrule.arima.smoothing;

import dev.chainrule.base.InputException;

/** A way to model one series at a time. */
public interface SeriesMethod {
  /** A short name for tables, for instance {@code ets}. */
  String name();

  /**
   * Chooses and fits a model.
   *
   * @param y the series [n], from its first value to its last; NaN is missing
   * @param period values in a season, 1 for none
   * @throws InputException if no model can be fitted to it
   */
  SeriesModel fit(double[] y, int period);
}
