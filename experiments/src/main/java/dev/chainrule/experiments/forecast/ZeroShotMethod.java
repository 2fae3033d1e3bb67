package dev.chainrule.experiments.forecast;

import dev.chainrule.arima.forecast.JointMethod;
import dev.chainrule.base.forecast.Forecast;
import dev.chainrule.base.forecast.SeriesHistory;
import dev.chainrule.base.series.Series;
import dev.chainrule.core.engine.Compute;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.timeseries.zeroshot.ZeroShotForecaster;
import java.io.IOException;
import java.util.List;

/** The shipped zero-shot forecaster, which learns nothing from the series. */
record ZeroShotMethod(Compute compute) implements JointMethod {
  @Override
  public String name() {
    return "zeroshot";
  }

  @Override
  public List<Forecast> forecast(
      List<Series> training, List<Series> pasts, int horizon, int season, long seed)
      throws IOException {
    List<SeriesHistory> histories =
        pasts.stream().map(s -> SeriesHistory.of(s.id(), s.values(), season)).toList();
    try (Engine engine = compute.open()) {
      return ZeroShotForecaster.shipped(engine).forecast(histories, horizon, seed);
    }
  }
}
