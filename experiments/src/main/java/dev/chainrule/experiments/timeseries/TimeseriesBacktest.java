package dev.chainrule.experiments.timeseries;

import dev.chainrule.arima.auto.AutoArimaForecaster;
import dev.chainrule.arima.ces.CesMethod;
import dev.chainrule.arima.combination.CombinationMethod;
import dev.chainrule.arima.ets.EtsMethod;
import dev.chainrule.arima.intermittent.CrostonMethod;
import dev.chainrule.arima.mstl.MstlMethod;
import dev.chainrule.arima.smoothing.Intervals;
import dev.chainrule.arima.smoothing.SeriesForecaster;
import dev.chainrule.arima.smoothing.SeriesMethod;
import dev.chainrule.arima.theta.ThetaMethod;
import dev.chainrule.base.InputException;
import dev.chainrule.base.forecast.Forecast;
import dev.chainrule.base.forecast.Forecaster;
import dev.chainrule.base.forecast.Naive;
import dev.chainrule.base.forecast.SeriesHistory;
import dev.chainrule.base.series.CovariateNames;
import dev.chainrule.base.series.Series;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.run.TrainingBar;
import dev.chainrule.experiments.cli.Verb;
import dev.chainrule.experiments.series.SeriesOptions;
import dev.chainrule.experiments.training.RecipeOptions;
import dev.chainrule.timeseries.backtest.Backtest;
import dev.chainrule.timeseries.backtest.Scores;
import dev.chainrule.timeseries.choice.Learnable;
import dev.chainrule.timeseries.choice.SettingsChoice;
import dev.chainrule.timeseries.choice.SettingsSearch;
import dev.chainrule.timeseries.conformal.ConformalForecaster;
import dev.chainrule.timeseries.deepar.DeepAr;
import dev.chainrule.timeseries.deepar.DeepArForecaster;
import dev.chainrule.timeseries.deepar.DeepArInputs;
import dev.chainrule.timeseries.zeroshot.ZeroShotConfig;
import dev.chainrule.timeseries.zeroshot.ZeroShotForecaster;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code chainrule timeseries backtest}. */
@Command(
    name = "backtest",
    description = "Train models on the past of a file's series, forecast, and score.")
final class TimeseriesBacktest extends Verb {
  private static final List<String> NAMES =
      List.of(
          "naive",
          "seasonal_naive",
          "drift",
          "auto_arima",
          "ets",
          "theta",
          "ces",
          "mstl",
          "croston",
          "sba",
          "tsb",
          "combination",
          "zeroshot",
          "deepar");

  private static final String CHOICES =
      "naive, seasonal_naive, drift, auto_arima, ets, theta, ces, mstl, croston, sba, tsb,"
          + " combination, zeroshot or deepar";

  @Mixin SeriesOptions input;
  @Mixin NetworkOptions network;
  @Mixin RecipeOptions recipe = new RecipeOptions();

  @Option(
      names = "--test",
      paramLabel = "FILE",
      description = "Values that follow --data (default: the last of --data are held out).")
  @Nullable Path test;

  @Option(
      names = "--horizon",
      required = true,
      paramLabel = "N",
      description = "Steps of a forecast.")
  int horizon;

  @Option(names = "--windows", paramLabel = "N", description = "Rolling origins without --test.")
  int windows = 1;

  @Option(
      names = "--models",
      split = ",",
      paramLabel = "NAME",
      description = "Any of " + CHOICES + ".")
  String[] models = {"seasonal_naive", "deepar"};

  @Option(
      names = {"--samples", "-n"},
      paramLabel = "N",
      description = "Sample paths of each series.")
  int paths = 200;

  @Option(
      names = "--conformal",
      paramLabel = "N",
      description =
          "Also score each model with its intervals corrected by the errors of its forecasts of the"
              + " N stretches before, which it is not trained on then.")
  int conformal;

  @Option(names = "--by-step", description = "Print the scores of each step of the horizon too.")
  boolean bySteps;

  private final List<String> settings = new ArrayList<>();

  @Override
  protected Object run() throws Exception {
    if (horizon < 1) {
      throw badOption("--horizon", horizon, "a whole number from 1");
    }
    if (windows < 1) {
      throw badOption("--windows", windows, "a whole number from 1");
    }
    if (conformal < 0) {
      throw badOption("--conformal", conformal, "a whole number from 0");
    }
    for (String name : models) {
      if (!NAMES.contains(name)) {
        throw badOption("--models", name, CHOICES);
      }
    }
    if (List.of(models).contains("zeroshot")) {
      fromOptions(() -> ZeroShotConfig.shipped().requireHorizon(horizon));
    }
    fromOptions(input::checked);
    CovariateNames names = network.covariates.names();
    Backtest backtest = backtest(input, input.read(names), names, test, horizon, windows);
    List<Scores> scores = new ArrayList<>();
    List<Series> training = backtest.training();
    if (conformal > 0) {
      training = withoutEnd(training, (long) conformal * horizon);
    }
    try (Engine engine = common().open()) {
      for (String name : models) {
        Forecaster forecaster = forecaster(name, training, engine);
        if (stopRequested()) {
          // What was trained in part would be scored as if it were whole.
          throw new InputException("stopped before %s was scored".formatted(name));
        }
        scores.add(score(forecaster, backtest));
        if (conformal > 0) {
          scores.add(score(new ConformalForecaster(forecaster, conformal), backtest));
        }
      }
    }
    ScoreTable table = new ScoreTable(backtest.histories().size(), horizon, scores, settings);
    table.print(output());
    table.printCalibration(output());
    if (bySteps) {
      table.printSteps(output());
    }
    return table;
  }

  /**
   * The forecasts to make of series: of a test file's values, or from rolling origins.
   *
   * @param windows origins, where there is no test file
   */
  static Backtest backtest(
      SeriesOptions input,
      List<Series> series,
      CovariateNames names,
      @Nullable Path test,
      int horizon,
      int windows)
      throws IOException {
    int season = input.season(series.getFirst().frequency());
    return test == null
        ? Backtest.rolling(series, horizon, windows, season)
        : Backtest.against(series, input.following(test, names, series), horizon, season);
  }

  private Scores score(Forecaster forecaster, Backtest backtest) {
    List<SeriesHistory> histories = backtest.histories();
    if (!forecaster.name().startsWith("deepar")) {
      // The other models take all covariates as known ahead.
      int known = network.covariates.known.size();
      histories = histories.stream().map(history -> knownOnly(history, known)).toList();
    }
    return Scores.of(forecaster.name(), backtest, forecasts(forecaster, histories));
  }

  private List<Forecast> forecasts(Forecaster forecaster, List<SeriesHistory> histories) {
    try (ForecastBar bar = new ForecastBar(forecaster.name(), histories.size())) {
      return forecaster.forecast(histories, horizon, common().seed(), bar);
    }
  }

  private static SeriesHistory knownOnly(SeriesHistory history, int known) {
    double[][] covariates = Arrays.copyOf(history.covariates(), known);
    return new SeriesHistory(history.id(), history.values(), history.period(), covariates);
  }

  private static List<Series> withoutEnd(List<Series> series, long values) {
    List<Series> result = new ArrayList<>();
    for (Series s : series) {
      if (s.length() <= values) {
        throw new InputException(
            "%s: has %d values, expected more than the %d that --conformal keeps apart"
                .formatted(s.place(), s.length(), values));
      }
      result.add(s.first((int) (s.length() - values)));
    }
    return result;
  }

  private static Forecaster calibrated(SeriesMethod method) {
    return new SeriesForecaster(method, Intervals.CALIBRATED);
  }

  private Forecaster forecaster(String name, List<Series> training, Engine engine)
      throws IOException {
    return switch (name) {
      case "naive" -> new Naive(Naive.Kind.NAIVE);
      case "seasonal_naive" -> new Naive(Naive.Kind.SEASONAL_NAIVE);
      case "drift" -> new Naive(Naive.Kind.DRIFT);
      case "auto_arima" -> AutoArimaForecaster.defaults();
      case "ets" -> calibrated(EtsMethod.defaults());
      case "theta" -> calibrated(ThetaMethod.automatic());
      case "ces" -> calibrated(CesMethod.automatic());
      case "mstl" -> calibrated(MstlMethod.defaults());
      case "croston" -> calibrated(CrostonMethod.of(CrostonMethod.Form.CROSTON));
      case "sba" -> calibrated(CrostonMethod.of(CrostonMethod.Form.SBA));
      case "tsb" -> calibrated(CrostonMethod.of(CrostonMethod.Form.TSB));
      case "combination" -> calibrated(CombinationMethod.defaults());
      case "zeroshot" -> ZeroShotForecaster.shipped(engine);
      default -> deepAr(training, engine);
    };
  }

  private Forecaster deepAr(List<Series> all, Engine engine) throws IOException {
    Learnable learnable = Learnable.of(all, horizon);
    if (!learnable.others().isEmpty()) {
      output().println(learnable.others());
    }
    List<Series> training = learnable.series();
    List<DeepAr> networks = trained(training, engine);
    return fromOptions(() -> new DeepArForecaster(networks, training, paths, engine).seeing(all));
  }

  private List<DeepAr> trained(List<Series> training, Engine engine) throws IOException {
    DeepArInputs inputs = network.covariates.inputs(training);
    SettingsSearch search =
        fromOptions(
            () ->
                network.search(
                    horizon,
                    training.size(),
                    inputs,
                    usual -> recipe.recipe(usual, common().seed()),
                    recipe.steps() != null));
    SettingsChoice choice;
    try (TrainingBar bar = new TrainingBar(output())) {
      choice = search.choose(training, engine, bar, this::stopRequested);
    } catch (IllegalArgumentException e) {
      throw usage(e);
    }
    settings.addAll(choice.reasons());
    settings.forEach(output()::println);
    try (TrainingBar bar = new TrainingBar(output())) {
      return choice.training().fit(training, engine, List.of(bar), this::stopRequested);
    }
  }
}
