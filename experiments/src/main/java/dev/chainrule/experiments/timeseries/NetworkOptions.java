package dev.chainrule.experiments.timeseries;

import dev.chainrule.base.series.Frequency;
import dev.chainrule.core.run.Recipe;
import dev.chainrule.timeseries.choice.SettingsSearch;
import dev.chainrule.timeseries.deepar.DeepArConfig;
import dev.chainrule.timeseries.deepar.DeepArInputs;
import dev.chainrule.timeseries.deepar.DeepArNetwork;
import dev.chainrule.timeseries.deepar.WindowSampling;
import dev.chainrule.timeseries.feature.Lags;
import dev.chainrule.timeseries.likelihood.Likelihood;
import dev.chainrule.timeseries.run.SeriesTraining;
import java.util.Arrays;
import java.util.function.UnaryOperator;
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
      description =
          "Family of the values: " + Likelihood.NAMES + " (default: chosen by the values).")
  @Nullable String likelihood;

  @Option(
      names = "--max-lag",
      paramLabel = "N",
      description =
          "The frequency's usual lags up to this one are inputs (default: "
              + SettingsSearch.LONGEST_LAG
              + ").")
  @Nullable Integer maxLag;

  @Option(
      names = "--skip-lag",
      paramLabel = "N",
      description =
          "Lag that forecasts begin as: 1 a random walk, the season a seasonal one (default: 1).")
  @Nullable Integer skipLag;

  @Option(
      names = "--anonymous",
      negatable = true,
      description =
          "No vector for each series; --no-anonymous: one (default: chosen by the ends of series).")
  @Nullable Boolean anonymous;

  @Option(
      names = "--scheduled-sampling",
      paramLabel = "SHARE",
      description =
          "Share of values that are replaced by own draws in training, at its end (default: 0).")
  double scheduledSampling;

  @Option(
      names = "--standardize",
      negatable = true,
      description =
          "Subtract the mean of a window's context, and divide by its standard deviation;"
              + " --no-standardize: divide by its mean absolute value (default: chosen by the ends"
              + " of series).")
  @Nullable Boolean standardize;

  @Option(
      names = "--scale-power",
      paramLabel = "P",
      description =
          "Series are drawn in proportion to their scale to this power: 0 all alike, 1 as in the"
              + " paper.")
  double scalePower;

  @Option(
      names = "--networks",
      paramLabel = "N",
      description =
          "Networks that are trained one after the other, whose forecasts are mixed (default: as"
              + " many as the budget has room for, at most "
              + SettingsSearch.MOST_NETWORKS
              + ").")
  @Nullable Integer networks;

  @Option(
      names = "--budget",
      paramLabel = "S",
      description =
          "Seconds of two quiet cores, counted and not measured, for the choice of what is not"
              + " given and the training after it.")
  double budget = SettingsSearch.USUAL_BUDGET;

  /**
   * Looks for what is not given.
   *
   * @param series how many there are
   * @param options rates, batches and perhaps steps
   * @throws IllegalArgumentException if options do not fit
   */
  SettingsSearch search(
      int horizon, int series, DeepArInputs inputs, UnaryOperator<Recipe> options, boolean steps) {
    return new SettingsSearch(
        horizon,
        proposed -> given(proposed, series, inputs),
        options.apply(SeriesTraining.usualRecipe()),
        !steps,
        windows(),
        networks,
        budget);
  }

  /** A proposed shape, and in it what was given. */
  private DeepArConfig given(DeepArConfig proposed, int series, DeepArInputs inputs) {
    DeepArConfig config = proposed.withInputs(inputs);
    if (context != null) {
      config = config.withContext(context);
    }
    if (maxLag != null || skipLag != null) {
      config = withLags(config);
    }
    if (likelihood != null) {
      config = config.withLikelihood(likelihood);
    }
    if (standardize != null) {
      config = config.withStandardizing(standardize);
    }
    if (anonymous != null) {
      config = config.withCategories(anonymous ? 0 : series);
    }
    return config.withNetwork(new DeepArNetwork(kind(), layers, units, units, heads, dropout));
  }

  private DeepArConfig withLags(DeepArConfig config) {
    int longest = maxLag == null ? SettingsSearch.LONGEST_LAG : maxLag;
    int skip = skipLag == null ? 1 : skipLag;
    int[] lags = Lags.of(Frequency.of(config.frequency()), longest);
    if (Arrays.binarySearch(lags, skip) < 0 && skip > 0) {
      lags = Arrays.copyOf(lags, lags.length + 1);
      lags[lags.length - 1] = skip;
      Arrays.sort(lags);
    }
    // Families without a location have no lag to begin as.
    return config.withLags(lags, skip).withLikelihood(config.likelihood());
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
  private WindowSampling windows() {
    return new WindowSampling(scalePower, scheduledSampling);
  }
}
