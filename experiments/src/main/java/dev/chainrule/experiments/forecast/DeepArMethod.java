package dev.chainrule.experiments.forecast;

import dev.chainrule.arima.forecast.JointMethod;
import dev.chainrule.base.forecast.Forecast;
import dev.chainrule.base.series.Series;
import dev.chainrule.core.engine.Compute;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.run.TrainingBar;
import dev.chainrule.timeseries.choice.Learnable;
import dev.chainrule.timeseries.choice.SettingsChoice;
import dev.chainrule.timeseries.choice.SettingsSearch;
import dev.chainrule.timeseries.run.SeriesModel;
import dev.chainrule.timeseries.run.SeriesTraining;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** DeepAR, its settings chosen by the series of the comparison, trained anew for the forecasts. */
final class DeepArMethod implements JointMethod {
  private final Compute compute;
  private final PrintStream text;
  private @Nullable SeriesTraining settings;

  /**
   * A method.
   *
   * @param compute what computes
   * @param text hears how training goes
   */
  DeepArMethod(Compute compute, PrintStream text) {
    this.compute = compute;
    this.text = text;
  }

  @Override
  public String name() {
    return "deepar";
  }

  @Override
  public List<Forecast> forecast(
      List<Series> all, List<Series> pasts, int horizon, int season, long seed) throws IOException {
    List<Series> training = Learnable.of(all, horizon).series();
    SeriesTraining chosen = settings(training, horizon, seed);
    Path folder = Files.createTempDirectory("chainrule-deepar");
    try (TrainingBar bar = new TrainingBar(text)) {
      return SeriesModel.train(training, chosen, folder.resolve("model"), bar)
          .on(compute)
          .forecast(pasts, horizon, SeriesModel.USUAL_PATHS, seed, more -> {})
          .forecasts();
    } finally {
      delete(folder);
    }
  }

  /** Chosen once: the comparison sees the less of the series. */
  private SeriesTraining settings(List<Series> training, int horizon, long seed)
      throws IOException {
    SeriesTraining chosen = settings;
    if (chosen == null) {
      try (Engine engine = compute.open();
          TrainingBar bar = new TrainingBar(text)) {
        SettingsChoice choice =
            SettingsSearch.of(horizon, seed).choose(training, engine, bar, () -> false);
        choice.reasons().forEach(text::println);
        chosen = choice.training();
      }
      settings = chosen;
    }
    return chosen;
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
