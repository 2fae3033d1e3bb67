package dev.chainrule.experiments.timeseries;

import dev.chainrule.base.series.Frequency;
import dev.chainrule.timeseries.deepar.DeepArConfig;
import dev.chainrule.timeseries.deepar.DeepArInputs;
import dev.chainrule.timeseries.deepar.DeepArNetwork;
import dev.chainrule.timeseries.deepar.WindowSampling;
import dev.chainrule.timeseries.feature.Lags;
import dev.chainrule.timeseries.likelihood.Likelihood;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The shape of a DeepAR and which windows it learns from. */
final class NetworkOptions {
  @Mixin CovariateOptions covariates;

  @Option(
      names = "--context",
      paramLabel = "N",
      description = "Values read before a forecast (default: twice the horizon).")
  @Nullable Integer context;

  @Option(
      names = "--architecture",
      paramLabel = "NAME",
      description = "deepar, recurrent, or transformer, causal attention.")
  String architecture = "deepar";

  @Option(names = "--cell", paramLabel = "NAME", description = "Recurrent cell: lstm or gru.")
  String cell = "lstm";

  @Option(names = "--heads", paramLabel = "N", description = "Heads of a transformer's attention.")
  int heads = 4;

  @Option(names = "--layers", paramLabel = "N", description = "Layers.")
  int layers = 2;

  @Option(names = "--units", paramLabel = "N", description = "Units of a layer.")
  int units = 40;

  @Option(names = "--dropout", paramLabel = "P", description = "Dropout after each layer.")
  double dropout = 0.1;

  @Option(
      names = "--likelihood",
      paramLabel = "NAME",
      description = "Family of the values: " + Likelihood.NAMES + ".")
  String likelihood = "student_t";

  @Option(
      names = "--max-lag",
      paramLabel = "N",
      description = "The frequency's usual lags up to this one are inputs.")
  int maxLag = 400;

  @Option(
      names = "--skip-lag",
      paramLabel = "N",
      description = "Lag that forecasts begin as: 1 a random walk, the season a seasonal one.")
  int skipLag = 1;

  @Option(names = "--anonymous", description = "No vector for each series.")
  boolean anonymous;

  @Option(
      names = "--scheduled-sampling",
      paramLabel = "SHARE",
      description =
          "Share of values that are replaced by own draws in training, at its end (default: 0).")
  double scheduledSampling;

  @Option(
      names = "--standardize",
      description =
          "Subtract the mean of a window's context, and divide by its standard deviation"
              + " (default: divide by its mean absolute value).")
  boolean standardize;

  @Option(
      names = "--scale-power",
      paramLabel = "P",
      description =
          "Series are drawn in proportion to their scale to this power: 0 all alike, 1 as in the"
              + " paper.")
  double scalePower;

  /**
   * The configuration.
   *
   * @throws IllegalArgumentException if options do not fit
   */
  DeepArConfig config(Frequency frequency, int horizon, int series, DeepArInputs inputs) {
    int[] lags = Lags.of(frequency, maxLag);
    boolean usual = Arrays.binarySearch(lags, skipLag) >= 0;
    if (!usual && skipLag > 0) {
      lags = Arrays.copyOf(lags, lags.length + 1);
      lags[lags.length - 1] = skipLag;
      Arrays.sort(lags);
    }
    return DeepArConfig.of(frequency, context == null ? 2 * horizon : context, horizon)
        .withLags(lags, skipLag)
        .withNetwork(new DeepArNetwork(kind(), layers, units, units, heads, dropout))
        .withLikelihood(likelihood)
        .withStandardizing(standardize)
        .withCategories(anonymous ? 0 : series)
        .withInputs(inputs);
  }

  private DeepArNetwork.Kind kind() {
    return switch (architecture + " " + cell) {
      case "deepar lstm" -> DeepArNetwork.Kind.LSTM;
      case "deepar gru" -> DeepArNetwork.Kind.GRU;
      case "transformer lstm" -> DeepArNetwork.Kind.TRANSFORMER;
      default ->
          throw new IllegalArgumentException(
              "--architecture %s with --cell %s, expected deepar with lstm or gru, or transformer"
                  .formatted(architecture, cell));
    };
  }

  /** Which windows are learned from. */
  WindowSampling windows() {
    return new WindowSampling(scalePower, scheduledSampling);
  }
}
