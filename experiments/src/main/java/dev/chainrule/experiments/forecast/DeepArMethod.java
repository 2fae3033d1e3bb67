package dev.chainrule.experiments.forecast;

import dev.chainrule.arima.forecast.JointMethod;
import dev.chainrule.base.forecast.Forecast;
import dev.chainrule.base.series.Series;
import dev.chainrule.core.engine.Compute;
import dev.chainrule.core.run.TrainingBar;
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

/**
 * DeepAR with its usual settings, trained anew for each comparison.
 *
 * @param compute what computes
 * @param text hears how training goes
 */
record DeepArMethod(Compute compute, PrintStream text) implements JointMethod {
  @Override
  public String name() {
    return "deepar";
  }

  @Override
  public List<Forecast> forecast(List<Series> training, List<Series> pasts, int horizon, long seed)
      throws IOException {
    Path folder = Files.createTempDirectory("chainrule-deepar");
    try (TrainingBar bar = new TrainingBar(text)) {
      SeriesTraining usual = SeriesTraining.usual(horizon).withSeed(seed);
      return SeriesModel.train(training, usual, folder.resolve("model"), bar)
          .on(compute)
          .forecast(pasts, horizon, SeriesModel.USUAL_PATHS, seed, more -> {})
          .forecasts();
    } finally {
      delete(folder);
    }
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
