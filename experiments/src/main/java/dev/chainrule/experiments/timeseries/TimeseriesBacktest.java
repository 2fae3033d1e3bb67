package dev.chainrule.experiments.timeseries;

import dev.chainrule.arima.auto.AutoArimaForecaster;
import dev.chainrule.core.forecast.Forecaster;
import dev.chainrule.core.parallel.Workers;
import dev.chainrule.experiments.cli.Verb;
import dev.chainrule.timeseries.backtest.Backtest;
import dev.chainrule.timeseries.backtest.Scores;
import dev.chainrule.timeseries.baseline.Naive;
import dev.chainrule.timeseries.data.Series;
import dev.chainrule.timeseries.deepar.DeepAr;
import dev.chainrule.timeseries.deepar.DeepArConfig;
import dev.chainrule.timeseries.deepar.DeepArForecaster;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
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
  private static final String CHOICES = "naive, seasonal_naive, drift, auto_arima or deepar";

  @Mixin SeriesOptions input;
  @Mixin NetworkOptions network;

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

  @Option(names = "--paths", paramLabel = "N", description = "Sample paths of each series.")
  int paths = 200;

  @Override
  protected Object run() throws Exception {
    if (horizon < 1) {
      throw badOption("--horizon", horizon, "a whole number from 1");
    }
    if (windows < 1) {
      throw badOption("--windows", windows, "a whole number from 1");
    }
    for (String name : models) {
      if (!List.of("naive", "seasonal_naive", "drift", "auto_arima", "deepar").contains(name)) {
        throw badOption("--models", name, CHOICES);
      }
    }
    fromOptions(input::frequency);
    int season = input.seasonLength();
    Backtest backtest =
        test == null
            ? Backtest.rolling(input.read(), horizon, windows, season)
            : Backtest.against(input.read(), input.read(test), horizon, season);
    List<Scores> scores = new ArrayList<>();
    try (Workers workers = new Workers(common().threads())) {
      for (String name : models) {
        Forecaster forecaster = forecaster(name, backtest.training(), workers);
        scores.add(
            Scores.of(
                name,
                backtest,
                forecaster.forecast(backtest.histories(), horizon, common().seed())));
      }
    }
    ScoreTable table = new ScoreTable(backtest.histories().size(), horizon, scores);
    table.print(output());
    return table;
  }

  private Forecaster forecaster(String name, List<Series> training, Workers workers)
      throws IOException {
    return switch (name) {
      case "naive" -> new Naive(Naive.Kind.NAIVE);
      case "seasonal_naive" -> new Naive(Naive.Kind.SEASONAL_NAIVE);
      case "drift" -> new Naive(Naive.Kind.DRIFT);
      case "auto_arima" -> AutoArimaForecaster.defaults();
      default -> {
        DeepArConfig config =
            fromOptions(() -> network.config(input.frequency(), horizon, training.size()));
        fromOptions(network::training);
        DeepAr model = new DeepAr(config);
        network.train(model, training, common(), workers, this::stopRequested);
        yield fromOptions(() -> new DeepArForecaster(model, training, paths, workers));
      }
    };
  }
}
