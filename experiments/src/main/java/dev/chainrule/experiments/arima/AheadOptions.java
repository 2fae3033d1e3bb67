package dev.chainrule.experiments.arima;

import dev.chainrule.arima.smoothing.Intervals;
import java.util.List;
import picocli.CommandLine.Option;

/** How far models other than ARIMA forecast, and with which intervals. */
final class AheadOptions {
  @Option(
      names = "--horizon",
      required = true,
      paramLabel = "H",
      description = "Forecast so many steps.")
  int horizon;

  @Option(
      names = "--level",
      split = ",",
      paramLabel = "PERCENT",
      description = "Nominal coverage of the intervals.")
  List<Double> levels = List.of(80.0, 95.0);

  @Option(
      names = "--intervals",
      paramLabel = "KIND",
      description = "normal: the model's own; calibrated: also by its errors on the past.")
  Intervals intervals = Intervals.CALIBRATED;

  /** Checks the options; a wrong one is an IllegalArgumentException. */
  AheadOptions checked() {
    if (horizon < 1) {
      throw new IllegalArgumentException(
          "--horizon: found " + horizon + ", expected a whole number from 1.");
    }
    for (double level : levels) {
      if (!(level > 0 && level < 100)) {
        throw new IllegalArgumentException(
            "--level: found " + level + ", expected per cent above 0 and below 100.");
      }
    }
    return this;
  }
}
