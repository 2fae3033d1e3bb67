package dev.chainrule.experiments.timeseries;

import dev.chainrule.arima.forecast.Forecasting;
import dev.chainrule.base.forecast.Forecast;
import dev.chainrule.base.series.CovariateNames;
import dev.chainrule.base.series.Frequency;
import dev.chainrule.base.series.FutureFile;
import dev.chainrule.base.series.Series;
import dev.chainrule.base.series.SeriesData;
import dev.chainrule.base.series.SeriesFile;
import dev.chainrule.experiments.cli.Target;
import dev.chainrule.experiments.cli.Verb;
import dev.chainrule.experiments.cluster.BlockCommand;
import dev.chainrule.experiments.cluster.SeriesCluster;
import dev.chainrule.experiments.series.SeriesOptions;
import dev.chainrule.timeseries.run.SeriesModel;
import java.io.IOException;
import java.io.UncheckedIOException;
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
final class TimeseriesForecast extends Verb implements BlockCommand {
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

  @Mixin private SeriesCluster cluster = new SeriesCluster();
  private @Nullable SeriesModel opened;

  /** The result, as {@code --json} prints it. */
  record Result(int series, int horizon, String file) {}

  @Override
  protected Target target() {
    return cluster.given()
        ? new Target.Elsewhere(null)
        : Target.file(Path.of("forecast.csv"), ".csv");
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
    fromOptions(() -> cluster.checked(input, text("--out")));
    SeriesModel loaded = loaded();
    CovariateNames names = loaded.config().inputs().names();
    int steps = steps(loaded);
    if (cluster.given()) {
      fromOptions(
          () -> {
            cluster
                .options()
                .refuse("--future", future != null, "a model that was trained without --known");
            return cluster;
          });
      return cluster.forecast(
          this,
          Objects.requireNonNull(text("--data")),
          Objects.requireNonNull(text("--out")),
          false,
          words(),
          output(),
          this::stopRequested);
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

  private SeriesModel loaded() {
    SeriesModel known = opened;
    if (known == null) {
      try {
        known = SeriesModel.open(model).on(common().compute());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      opened = known;
    }
    return known;
  }

  private int steps(SeriesModel loaded) {
    int longest = loaded.horizon();
    int steps = horizon == null ? longest : horizon;
    if (steps > longest) {
      throw badOption(
          "--horizon", steps, "at most the %d that %s was trained for".formatted(longest, model));
    }
    return steps;
  }

  @Override
  public Path model() {
    return model;
  }

  @Override
  public SeriesFile file(Path path) {
    SeriesModel loaded = loaded();
    return input.file(
        path, loaded.config().inputs().names(), Frequency.of(loaded.config().frequency()));
  }

  @Override
  public SeriesData selected(SeriesData read) {
    return input.selected(read);
  }

  @Override
  public double[] probabilities() {
    return quantiles;
  }

  @Override
  public Work work() {
    return new Placed();
  }

  /** Paths are drawn by a series' place among all. */
  private final class Placed implements Work.Apart {
    @Override
    public boolean placed() {
      return true;
    }

    @Override
    public void forecast(
        List<Series> block,
        long first,
        Frequency frequency,
        Sink sink,
        Forecasting.Refusals refusals)
        throws Exception {
      SeriesModel loaded = loaded();
      List<Forecast> forecasts =
          loaded
              .forecast(block, steps(loaded), paths, common().seed(), first, more -> {})
              .forecasts();
      for (int i = 0; i < block.size(); i++) {
        sink.accept(block.get(i), forecasts.get(i), "DeepAR");
      }
    }
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
