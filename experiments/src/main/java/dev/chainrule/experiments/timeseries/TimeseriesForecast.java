package dev.chainrule.experiments.timeseries;

import dev.chainrule.core.forecast.Forecast;
import dev.chainrule.core.forecast.SeriesHistory;
import dev.chainrule.core.io.AtomicFile;
import dev.chainrule.core.parallel.Workers;
import dev.chainrule.experiments.cli.Verb;
import dev.chainrule.timeseries.data.ForecastCsv;
import dev.chainrule.timeseries.data.Series;
import dev.chainrule.timeseries.deepar.DeepArFolder;
import dev.chainrule.timeseries.deepar.DeepArForecaster;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code chainrule timeseries forecast}. */
@Command(
    name = "forecast",
    description = "Forecast every series of a file; writes unique_id,ds,mean,q0.1,... as CSV.")
final class TimeseriesForecast extends Verb {
  @Mixin SeriesOptions input;

  @Option(names = "--model", required = true, paramLabel = "DIR", description = "A trained model.")
  Path model;

  @Option(
      names = "--horizon",
      paramLabel = "N",
      description = "Steps ahead (default: the model's).")
  @Nullable Integer horizon;

  @Option(names = "--paths", paramLabel = "N", description = "Sample paths of each series.")
  int paths = 200;

  @Option(
      names = "--quantiles",
      split = ",",
      paramLabel = "P",
      description = "Probabilities above 0 and below 1.")
  double[] quantiles = {0.025, 0.1, 0.5, 0.9, 0.975};

  /** The result, as {@code --json} prints it. */
  record Result(int series, int horizon, String file) {}

  @Override
  protected Object run() throws Exception {
    for (double p : quantiles) {
      if (!(p > 0 && p < 1)) {
        throw badOption("--quantiles", p, "numbers above 0 and below 1");
      }
    }
    if (horizon != null && horizon < 1) {
      throw badOption("--horizon", horizon, "a whole number from 1");
    }
    fromOptions(input::frequency);
    DeepArFolder folder = DeepArFolder.read(model);
    List<Series> series = input.read();
    int steps = horizon == null ? folder.model().config().predictionLength() : horizon;
    List<SeriesHistory> histories = new ArrayList<>();
    for (Series s : series) {
      histories.add(SeriesHistory.of(s.id(), s.values(), input.seasonLength()));
    }
    Path out = common().out() == null ? Path.of("forecast.csv") : common().out();
    try (Workers workers = new Workers(common().threads())) {
      DeepArForecaster forecaster =
          fromOptions(() -> new DeepArForecaster(folder.model(), folder.known(), paths, workers));
      List<Forecast> forecasts = forecaster.forecast(histories, steps, common().seed());
      AtomicFile.writeString(out, ForecastCsv.text(series, forecasts, quantiles));
    }
    output().printf("%d series, %d steps ahead: %s%n", series.size(), steps, out);
    return new Result(series.size(), steps, out.toString());
  }
}
