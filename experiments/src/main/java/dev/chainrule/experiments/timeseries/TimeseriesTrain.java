package dev.chainrule.experiments.timeseries;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Json;
import dev.chainrule.base.series.Frequency;
import dev.chainrule.base.series.Series;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.train.Checkpoint;
import dev.chainrule.core.train.TrainConfig;
import dev.chainrule.experiments.cli.Target;
import dev.chainrule.experiments.cli.Verb;
import dev.chainrule.experiments.series.SeriesOptions;
import dev.chainrule.experiments.training.RunFolder;
import dev.chainrule.experiments.training.Session;
import dev.chainrule.timeseries.deepar.DeepAr;
import dev.chainrule.timeseries.deepar.DeepArConfig;
import dev.chainrule.timeseries.deepar.DeepArFolder;
import dev.chainrule.timeseries.deepar.DeepArInputs;
import dev.chainrule.timeseries.deepar.DeepArTraining;
import dev.chainrule.timeseries.deepar.WindowBatch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code chainrule timeseries train}. */
@Command(name = "train", description = "Train a DeepAR on all series of a file.")
final class TimeseriesTrain extends Verb {
  private static final long LOG_EVERY = 20;

  @Mixin SeriesOptions input;
  @Mixin NetworkOptions network;

  @Option(names = "--horizon", paramLabel = "N", description = "Steps of a forecast.")
  @Nullable Integer horizon;

  @Option(names = "--checkpoint-every", paramLabel = "N", description = "Steps between saves.")
  long checkpointEvery = 500;

  @Option(
      names = "--resume",
      description = "Go on with the run in --out, on the same series; --steps may be raised.")
  boolean resume;

  /**
   * By which a run is repeated or resumed, beside the network's configuration and the series.
   *
   * @param seed of weights, windows and dropout
   */
  record Run(DeepArTraining training, long seed) {}

  /** The result, as {@code --json} prints it. */
  record Result(
      long steps, long parameters, double trainNll, double stepsPerSecond, boolean stopped) {}

  @Override
  protected Target target() {
    return new Target.Run(Path.of("runs", "deepar"));
  }

  @Override
  protected Object run() throws Exception {
    Path out = Objects.requireNonNull(out());
    fromOptions(input::checked);
    RunFolder.prepare(out, DeepArFolder.KIND, DeepArFolder.FILES, resume);
    return resume ? resume(out) : start(out);
  }

  private Result start(Path out) throws IOException {
    Integer ahead = horizon;
    if (ahead == null || ahead < 1) {
      throw badOption("--horizon", ahead == null ? "none" : ahead, "a whole number from 1");
    }
    List<Series> series = input.read(network.covariates.names());
    DeepArInputs inputs = network.covariates.inputs(series);
    DeepArConfig config =
        fromOptions(
            () -> network.config(series.getFirst().frequency(), ahead, series.size(), inputs));
    Run run = new Run(fromOptions(network::training), common().seed());
    return train(out, config, run, series);
  }

  private Result resume(Path out) throws IOException {
    Checkpoint.Config stored = new Checkpoint(out, DeepArFolder.KIND, DeepArFolder.FILES).config();
    if (stored.training() == null) {
      throw new InputException(out + ": holds no state of training, nothing to resume");
    }
    DeepArFolder folder = DeepArFolder.read(out);
    DeepArConfig config = folder.model().config();
    List<Series> series = input.read(config.inputs().names(), Frequency.of(config.frequency()));
    List<String> expected = folder.known().stream().map(Series::id).toList();
    if (!series.stream().map(Series::id).toList().equals(expected)) {
      throw new InputException(
          "%s: holds other series than the %d that %s was trained on"
              .formatted(input.data(), expected.size(), out));
    }
    String options = stored.training().options().toString();
    Run before = Json.parse(options, out.resolve("config.json").toString(), Run.class);
    Integer steps = network.steps;
    Run run =
        steps == null
            ? before
            : new Run(fromOptions(() -> before.training().withSteps(steps)), before.seed());
    return train(out, config, run, series);
  }

  private Result train(Path out, DeepArConfig config, Run run, List<Series> series)
      throws IOException {
    DeepAr model = new DeepAr(config);
    DeepArTraining training = run.training();
    TrainConfig.Cadence cadence =
        fromOptions(() -> new TrainConfig.Cadence(LOG_EVERY, training.steps(), checkpointEvery));
    Session.Subject<WindowBatch> subject =
        new Session.Subject<>(
            DeepArFolder.KIND,
            model,
            config,
            run,
            options(),
            DeepArFolder.FILES,
            DeepArFolder.writer(series));
    Session.Result result;
    try (Engine engine = common().open()) {
      result =
          new Session<>(subject, out, training.config(run.seed(), cadence), engine, output())
              .train(
                  training.windows(model, engine, series, run.seed()),
                  List.of(),
                  training.optimizer(),
                  training.schedule(),
                  resume,
                  this::stopRequested);
    }
    output().printf("%d steps, nll %.4f, written to %s%n", result.steps(), result.trainNll(), out);
    return new Result(
        result.steps(),
        model.parameters().count(),
        result.trainNll(),
        result.stepsPerSecond(),
        result.stopped());
  }
}
