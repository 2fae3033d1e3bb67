package dev.chainrule.experiments.arima;

import dev.chainrule.arima.FitOptions;
import dev.chainrule.arima.auto.AutoResult;
import dev.chainrule.base.series.CovariateNames;
import dev.chainrule.base.series.Frequency;
import dev.chainrule.base.series.FutureFile;
import dev.chainrule.base.series.Series;
import dev.chainrule.base.series.SeriesData;
import dev.chainrule.base.series.SeriesFile;
import dev.chainrule.experiments.series.SeriesOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What all arima commands are given: series, regressors, a model and how to estimate it. */
final class ArimaInput {
  @Mixin private SeriesOptions input = new SeriesOptions();
  @Mixin private EstimationOptions estimation = new EstimationOptions();
  @Mixin private ModelOptions model = new ModelOptions();

  @Option(
      names = "--xreg",
      split = ",",
      paramLabel = "COLUMN",
      description = "Columns that explain the series; rows at the end without y are the future.")
  private List<String> xreg = new ArrayList<>();

  @Option(
      names = "--future",
      paramLabel = "FILE",
      description = "The columns of --xreg in the steps ahead: unique_id, ds and these.")
  private @Nullable Path future;

  /**
   * Checks what can be checked without data; a wrong value is an IllegalArgumentException.
   *
   * @return these options
   */
  ArimaInput checked() {
    input.checked();
    estimation.fitOptions();
    model.checked();
    if (future != null && xreg.isEmpty()) {
      throw new IllegalArgumentException(
          "--future: found " + future + ", expected --xreg with the columns to take from it.");
    }
    return this;
  }

  ModelOptions model() {
    return model;
  }

  /**
   * What was read, and how each series is fitted.
   *
   * @param problems what is wrong with the series that cannot be used, by id
   * @param season values in one
   */
  record Work(List<InputSeries> series, Map<String, String> problems, int season, Fit fit) {}

  /** Fits one series. */
  interface Fit {
    AutoResult of(InputSeries series);
  }

  /**
   * Reads the series.
   *
   * @param horizon steps ahead that are asked for
   * @throws IllegalArgumentException if the model does not fit the season
   */
  Work read(int horizon) throws IOException {
    CovariateNames names = InputSeries.columns(xreg);
    SeriesData data = input.readUsable(names, null);
    List<Series> series = data.usable();
    if (future != null && horizon > 0 && !series.isEmpty()) {
      series = FutureFile.extend(series, future, names, horizon);
    }
    return new Work(
        series.stream().map(this::prepared).toList(),
        data.problems(),
        input.season(data.frequency()),
        fit(data.frequency()));
  }

  /** How the series are selected. */
  SeriesOptions series() {
    return input;
  }

  boolean hasFuture() {
    return future != null;
  }

  /** How a file of the series is read. */
  SeriesFile file(Path path) {
    return input.file(path, InputSeries.columns(xreg), null);
  }

  /** A series with its regressors. */
  InputSeries prepared(Series series) {
    return InputSeries.of(series, xreg);
  }

  /**
   * How each series of a frequency is fitted.
   *
   * @throws IllegalArgumentException if the model does not fit the season
   */
  Fit fit(Frequency frequency) {
    int season = input.season(frequency);
    FitOptions options = estimation.fitOptions();
    ModelOptions.Fitter fitter = model.fitter(season);
    return s -> fitter.fit(s, estimation.forSeries(options, s.values(), season));
  }
}
