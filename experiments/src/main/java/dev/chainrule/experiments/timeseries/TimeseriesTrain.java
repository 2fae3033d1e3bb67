package dev.chainrule.experiments.timeseries;

import dev.chainrule.core.InputException;
import dev.chainrule.core.parallel.Workers;
import dev.chainrule.core.train.Trainer;
import dev.chainrule.experiments.cli.Verb;
import dev.chainrule.timeseries.data.Series;
import dev.chainrule.timeseries.deepar.DeepAr;
import dev.chainrule.timeseries.deepar.DeepArFolder;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code chainrule timeseries train}. */
@Command(name = "train", description = "Train a DeepAR on all series of a file.")
final class TimeseriesTrain extends Verb {
  @Mixin SeriesOptions input;
  @Mixin NetworkOptions network;

  @Option(
      names = "--horizon",
      required = true,
      paramLabel = "N",
      description = "Steps of a forecast.")
  int horizon;

  /** The result, as {@code --json} prints it. */
  record Result(
      long steps, long parameters, double trainNll, double stepsPerSecond, boolean stopped) {}

  @Override
  protected Object run() throws Exception {
    Path out = common().out() == null ? Path.of("runs", "deepar") : common().out();
    if (DeepArFolder.exists(out)) {
      throw new InputException(out + ": holds a model already, choose another --out");
    }
    fromOptions(input::frequency);
    List<Series> series = input.read();
    DeepAr model =
        new DeepAr(fromOptions(() -> network.config(input.frequency(), horizon, series.size())));
    fromOptions(network::training);
    try (Workers workers = new Workers(common().threads())) {
      Trainer.Result result = network.train(model, series, common(), workers, this::stopRequested);
      new DeepArFolder(model, series).write(out);
      output()
          .printf("%d steps, nll %.4f, written to %s%n", result.steps(), result.trainNll(), out);
      return new Result(
          result.steps(),
          model.parameters().count(),
          result.trainNll(),
          result.stepsPerSecond(),
          result.stopped());
    }
  }
}
