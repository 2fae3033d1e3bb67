package dev.chainrule.arima.forecast;

import dev.chainrule.base.series.AutomaticForecasts;
import dev.chainrule.base.series.Outlook;
import dev.chainrule.base.series.SeriesData;

/** What {@code Chainrule.forecast} finds on the class path. */
public final class AutomaticForecasting implements AutomaticForecasts {
  /** For the loader of services. */
  public AutomaticForecasting() {}

  @Override
  public Outlook forecast(SeriesData data, int horizon) {
    return Forecasting.of(horizon).forecast(data);
  }
}
