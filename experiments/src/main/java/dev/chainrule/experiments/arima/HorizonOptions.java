package dev.chainrule.experiments.arima;

import dev.chainrule.arima.ArimaFit;
import dev.chainrule.arima.Forecasts;
import dev.chainrule.arima.IntervalMethod;
import dev.chainrule.arima.Regressors;
import dev.chainrule.arima.Simulation;
import dev.chainrule.base.forecast.Forecast;
import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.experiments.series.LevelOptions;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How far to forecast and with which intervals. */
final class HorizonOptions {
  private static final Set<String> SAMPLED = Set.of("simulated", "bootstrap");

  @Option(names = "--horizon", paramLabel = "H", description = "Forecast so many steps.")
  int horizon;

  @Mixin LevelOptions intervalLevels = new LevelOptions();

  @Option(
      names = "--intervals",
      paramLabel = "KIND",
      description = "normal (R's), estimation, calibrated, simulated or bootstrap.")
  String intervals = "normal";

  @Option(
      names = {"--samples", "-n"},
      paramLabel = "N",
      description = "Sample paths for simulated and bootstrap intervals.")
  int paths = 2000;

  /** Nominal coverage of the intervals in per cent. */
  List<Double> levels() {
    return intervalLevels.levels();
  }

  /** Checks the options; a wrong one is an IllegalArgumentException. */
  HorizonOptions checked() {
    if (horizon < 0) {
      throw new IllegalArgumentException(
          "--horizon: found " + horizon + ", expected a whole number from 1.");
    }
    intervalLevels.check();
    if (paths < 1) {
      throw new IllegalArgumentException(
          "--samples: found " + paths + ", expected a whole number from 1.");
    }
    if (!SAMPLED.contains(intervals.toLowerCase(Locale.ROOT))) {
      IntervalMethod unused =
          EstimationOptions.choice("--intervals", intervals, IntervalMethod.class);
      assert unused != null;
    }
    return this;
  }

  /** The forecast of one series. */
  Forecast of(ArimaFit fit, InputSeries series, long seed) {
    Regressors future = fit.regressors().count() > 0 ? series.future(horizon) : Regressors.NONE;
    String kind = intervals.toLowerCase(Locale.ROOT);
    if (SAMPLED.contains(kind)) {
      Simulation.Innovations innovations =
          kind.equals("bootstrap")
              ? Simulation.Innovations.BOOTSTRAP
              : Simulation.Innovations.NORMAL;
      return Simulation.future(
          fit, horizon, future, paths, innovations, CounterRandom.of(seed, series.id().hashCode()));
    }
    return Forecasts.of(
        fit,
        horizon,
        future,
        EstimationOptions.choice("--intervals", intervals, IntervalMethod.class));
  }

  /** A level as the key of lower and upper: {@code 80}, {@code 97.5}. */
  static String key(double level) {
    return level == Math.rint(level) ? Long.toString((long) level) : Double.toString(level);
  }
}
