package dev.chainrule.experiments.timeseries;

import dev.chainrule.base.series.CovariateNames;
import dev.chainrule.base.series.Frequency;
import dev.chainrule.base.series.Series;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.experiments.cli.Verb;
import dev.chainrule.experiments.series.SeriesOptions;
import dev.chainrule.timeseries.backtest.Backtest;
import dev.chainrule.timeseries.backtest.Scores;
import dev.chainrule.timeseries.deepar.DeepArFolder;
import dev.chainrule.timeseries.deepar.DeepArForecaster;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code chainrule timeseries eval}. */
@Command(name = "eval", description = "Score a trained model's forecasts.")
final class TimeseriesEval extends Verb {
  @Mixin SeriesOptions input;

  @Option(names = "--model", required = true, paramLabel = "DIR", description = "A trained model.")
  Path model;

  @Option(
      names = "--test",
      paramLabel = "FILE",
      description = "Values that follow --data (default: the last of --data are held out).")
  @Nullable Path test;

  @Option(names = "--windows", paramLabel = "N", description = "Rolling origins without --test.")
  int windows = 1;

  @Option(
      names = {"--samples", "-n"},
      paramLabel = "N",
      description = "Sample paths of each series.")
  int paths = 200;

  @Option(names = "--by-step", description = "Print the scores of each step of the horizon too.")
  boolean bySteps;

  @Override
  protected Object run() throws Exception {
    if (windows < 1) {
      throw badOption("--windows", windows, "a whole number from 1");
    }
    fromOptions(input::checked);
    DeepArFolder folder = DeepArFolder.read(model);
    int horizon = folder.model().config().predictionLength();
    CovariateNames names = folder.model().config().inputs().names();
    Frequency frequency = Frequency.of(folder.model().config().frequency());
    List<Series> series = input.read(names, frequency);
    Backtest backtest = TimeseriesBacktest.backtest(input, series, names, test, horizon, windows);
    try (Engine engine = common().open();
        ForecastBar bar = new ForecastBar("deepar", backtest.histories().size())) {
      DeepArForecaster forecaster =
          fromOptions(() -> new DeepArForecaster(folder.networks(), folder.known(), paths, engine))
              .seeing(backtest.training());
      Scores scores =
          Scores.of(
              "deepar",
              backtest,
              forecaster.forecast(backtest.histories(), horizon, common().seed(), bar));
      ScoreTable table =
          new ScoreTable(backtest.histories().size(), horizon, List.of(scores), List.of());
      table.print(output());
      table.printCalibration(output());
      if (bySteps) {
        table.printSteps(output());
      }
      return table;
    }
  }
}
