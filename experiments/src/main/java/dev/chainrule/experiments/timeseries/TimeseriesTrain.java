package dev.chainrule.experiments.timeseries;

import dev.chainrule.base.series.CovariateNames;
import dev.chainrule.base.series.Frequency;
import dev.chainrule.base.series.Series;
import dev.chainrule.core.run.ModelKind;
import dev.chainrule.core.run.Recipe;
import dev.chainrule.core.run.TrainingRun;
import dev.chainrule.experiments.cli.Target;
import dev.chainrule.experiments.series.SeriesOptions;
import dev.chainrule.experiments.training.TrainVerb;
import dev.chainrule.timeseries.deepar.DeepArConfig;
import dev.chainrule.timeseries.deepar.DeepArFolder;
import dev.chainrule.timeseries.deepar.DeepArInputs;
import dev.chainrule.timeseries.deepar.WindowBatch;
import dev.chainrule.timeseries.run.DeepArKind;
import dev.chainrule.timeseries.run.SeriesRun;
import dev.chainrule.timeseries.run.SeriesTraining;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code chainrule timeseries train}. */
@Command(name = "train", description = "Train a DeepAR on all series of a file.")
final class TimeseriesTrain extends TrainVerb<WindowBatch> {
  @Mixin SeriesOptions input;
  @Mixin NetworkOptions network;

  @Option(names = "--horizon", paramLabel = "N", description = "Steps of a forecast.")
  @Nullable Integer horizon;

  @Option(
      names = "--validation-windows",
      paramLabel = "N",
      description =
          "Stretches of the horizon at the end of each series that are not learned from, to measure"
              + " by (default: none).")
  int validationWindows;

  @Override
  protected Target target() {
    return new Target.Run(Path.of("runs", "deepar"));
  }

  @Override
  protected ModelKind<?, WindowBatch> kind() {
    fromOptions(input::checked);
    return new DeepArKind();
  }

  @Override
  protected Recipe usual() {
    return SeriesTraining.usualRecipe();
  }

  @Override
  protected TrainingRun<WindowBatch> begin(Path out) throws IOException {
    Integer ahead = horizon;
    if (ahead == null || ahead < 1) {
      throw badOption("--horizon", ahead == null ? "none" : ahead, "a whole number from 1");
    }
    List<Series> series = input.read(network.covariates.names());
    DeepArInputs inputs = network.covariates.inputs(series);
    DeepArConfig config =
        network.config(series.getFirst().frequency(), ahead, series.size(), inputs);
    SeriesTraining usual = SeriesTraining.usual(ahead);
    return SeriesRun.begin(
        series,
        usual
            .withNetwork(any -> config)
            .withNames(config.numCategories() > 0)
            .withWindows(network.windows())
            .withHeldOutWindows(validationWindows)
            .withRecipe(recipe(usual())),
        out);
  }

  @Override
  protected TrainingRun<WindowBatch> resume(Path out) throws IOException {
    fromOptions(input::checked);
    DeepArConfig config = DeepArFolder.config(out);
    CovariateNames names = config.inputs().names();
    List<Series> series = input.read(names, Frequency.of(config.frequency()));
    return SeriesRun.resume(out, series, input.data().toString(), this::resumed);
  }

  @Override
  protected Object report(Path out, TrainingRun.Result result) {
    output()
        .printf(
            Locale.ROOT,
            "%s: nll %.4f%s, written to %s%n",
            progress(result),
            result.trainNll(),
            Double.isNaN(result.validationNll())
                ? ""
                : String.format(Locale.ROOT, ", held out %.4f", result.validationNll()),
            out);
    return result;
  }
}
