package dev.chainrule.experiments.arima;

import dev.chainrule.arima.smoothing.Intervals;
import dev.chainrule.experiments.series.LevelOptions;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How far models other than ARIMA forecast, and with which intervals. */
final class AheadOptions {
  @Option(
      names = "--horizon",
      required = true,
      paramLabel = "H",
      description = "Forecast so many steps.")
  int horizon;

  @Mixin LevelOptions intervalLevels = new LevelOptions();

  @Option(
      names = "--intervals",
      paramLabel = "KIND",
      description = "normal: the model's own; calibrated: also by its errors on the past.")
  Intervals intervals = Intervals.CALIBRATED;

  /** Nominal coverage of the intervals in per cent. */
  List<Double> levels() {
    return intervalLevels.levels();
  }

  /** Checks the options; a wrong one is an IllegalArgumentException. */
  AheadOptions checked() {
    if (horizon < 1) {
      throw new IllegalArgumentException(
          "--horizon: found " + horizon + ", expected a whole number from 1.");
    }
    intervalLevels.check();
    return this;
  }
}
