package dev.chainrule.experiments.timeseries;

import dev.chainrule.base.series.CovariateNames;
import dev.chainrule.base.series.Frequency;
import dev.chainrule.base.series.FutureFile;
import dev.chainrule.base.series.Series;
import dev.chainrule.experiments.cli.Target;
import dev.chainrule.experiments.cli.Verb;
import dev.chainrule.experiments.series.SeriesOptions;
import dev.chainrule.timeseries.run.SeriesModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
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

  @Option(
      names = "--future",
      paramLabel = "FILE",
      description = "Columns of the steps ahead, for a model that was trained with --known.")
  @Nullable Path future;

  @Option(
      names = {"--samples", "-n"},
      paramLabel = "N",
      description = "Sample paths of each series.")
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
  protected Target target() {
    return Target.file(Path.of("forecast.csv"), ".csv");
  }

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
    fromOptions(input::checked);
    SeriesModel loaded = SeriesModel.open(model).on(common().compute());
    CovariateNames names = loaded.config().inputs().names();
    int longest = loaded.horizon();
    int steps = horizon == null ? longest : horizon;
    if (steps > longest) {
      throw badOption(
          "--horizon", steps, "at most the %d that %s was trained for".formatted(longest, model));
    }
    Frequency frequency = Frequency.of(loaded.config().frequency());
    List<Series> series = withFuture(input.read(names, frequency), names, steps);
    Path out = Objects.requireNonNull(out());
    try (ForecastBar bar = new ForecastBar("deepar", series.size())) {
      fromOptions(() -> loaded.forecast(series, steps, paths, common().seed(), bar))
          .write(out, quantiles);
    }
    output().printf("%d series, %d steps ahead: %s%n", series.size(), steps, out);
    return new Result(series.size(), steps, out.toString());
  }

  /** With the columns of the steps ahead, where the model needs any. */
  private List<Series> withFuture(List<Series> series, CovariateNames names, int steps)
      throws IOException {
    if (names.known().isEmpty()) {
      return series;
    }
    if (future == null) {
      throw badOption(
          "--future",
          "none",
          "a file with the columns %s, which the model was trained with"
              .formatted(String.join(", ", names.known())));
    }
    return FutureFile.extend(series, future, names, steps);
  }
}
