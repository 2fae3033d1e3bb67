package dev.chainrule.experiments.timeseries;

import dev.chainrule.base.InputException;
import dev.chainrule.base.series.CovariateNames;
import dev.chainrule.base.series.Frequency;
import dev.chainrule.base.series.Series;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.run.ModelKind;
import dev.chainrule.core.run.Recipe;
import dev.chainrule.core.run.TrainingBar;
import dev.chainrule.core.run.TrainingRun;
import dev.chainrule.experiments.cli.Target;
import dev.chainrule.experiments.series.SeriesOptions;
import dev.chainrule.experiments.training.TrainVerb;
import dev.chainrule.timeseries.choice.Learnable;
import dev.chainrule.timeseries.choice.SettingsChoice;
import dev.chainrule.timeseries.choice.SettingsSearch;
import dev.chainrule.timeseries.deepar.DeepArConfig;
import dev.chainrule.timeseries.deepar.DeepArFolder;
import dev.chainrule.timeseries.deepar.DeepArInputs;
import dev.chainrule.timeseries.deepar.HeldOutWindows;
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
    List<Series> series = learnable(input.read(network.covariates.names()), ahead);
    DeepArInputs inputs = network.covariates.inputs(series);
    SettingsSearch search =
        network.search(ahead, series.size(), inputs, this::recipe, training().steps() != null);
    SettingsChoice choice = chosen(search, withoutEnds(series, ahead));
    return SeriesRun.begin(series, choice.training().withHeldOutWindows(validationWindows), out);
  }

  private SettingsChoice chosen(SettingsSearch search, List<Series> series) throws IOException {
    try (Engine engine = common().open();
        TrainingBar bar = new TrainingBar(output())) {
      SettingsChoice choice = search.choose(series, engine, bar, this::stopRequested);
      if (stopRequested()) {
        // A run of settings that nobody chose would be resumed as if they were.
        throw new InputException("stopped while settings were chosen: nothing is trained yet");
      }
      choice.reasons().forEach(output()::println);
      return choice;
    }
  }

  private List<Series> learnable(List<Series> series, int ahead) {
    Learnable learnable = Learnable.of(series, (1 + Math.max(0, validationWindows)) * ahead);
    if (!learnable.others().isEmpty()) {
      output().println(learnable.others());
    }
    return learnable.series();
  }

  /** What may be learned from, and chosen by. */
  private List<Series> withoutEnds(List<Series> series, int ahead) {
    if (validationWindows < 1) {
      return series;
    }
    DeepArConfig any = DeepArConfig.of(series.getFirst().frequency(), ahead, ahead);
    return HeldOutWindows.before(any, series, validationWindows);
  }

  @Override
  protected TrainingRun<WindowBatch> resume(Path out) throws IOException {
    fromOptions(input::checked);
    DeepArConfig config = DeepArFolder.config(out);
    CovariateNames names = config.inputs().names();
    List<Series> read = input.read(names, Frequency.of(config.frequency()));
    List<Series> series = learnable(read, config.predictionLength());
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
