package dev.chainrule.experiments.training;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.AtomicFolder;
import dev.chainrule.base.io.Json;
import dev.chainrule.base.progress.Progress;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.model.AutoregressiveModel;
import dev.chainrule.core.model.Batch;
import dev.chainrule.core.optim.LearningRateSchedule;
import dev.chainrule.core.optim.Optimizer;
import dev.chainrule.core.train.BatchSource;
import dev.chainrule.core.train.Checkpoint;
import dev.chainrule.core.train.MetricsLog;
import dev.chainrule.core.train.TrainConfig;
import dev.chainrule.core.train.Trainer;
import dev.chainrule.core.train.TrainingListener;
import dev.chainrule.experiments.cli.OptionValues;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * One run of training from the command line: a model, a folder, and everything between. The folder
 * is the last checkpoint; {@code best} in it is the one with the best held-out likelihood.
 */
public final class Session<B extends Batch> {
  /**
   * What is trained, and where it goes.
   *
   * @param kind of the checkpoint, for example "text.gpt"
   * @param model with parameters declared, not allocated
   * @param modelConfig the record it was made from
   * @param options the record from which the run can be repeated
   * @param commandLine the options that the user gave now
   * @param modalityFiles names of the modality's own files in the checkpoint
   * @param modalityWriter writes them
   */
  public record Subject<B extends Batch>(
      String kind,
      AutoregressiveModel<B> model,
      Object modelConfig,
      Object options,
      OptionValues commandLine,
      Set<String> modalityFiles,
      AtomicFolder.Writer modalityWriter) {}

  /** What a run began with. */
  private record Origin(Map<String, String> commandLine, String dataChecksum) {}

  /** The result, as {@code --json} prints it. */
  public record Result(
      long steps,
      long parameters,
      double trainNll,
      double validationNll,
      double validationBitsPerDim,
      double bestValidationNll,
      double stepsPerSecond,
      boolean stopped) {}

  /** What may be other on resume, and is heeded: how long, by what, on data kept elsewhere now. */
  private static final Set<String> MAY_CHANGE =
      Set.of(
          "--resume",
          "--out",
          "--steps",
          "--seconds",
          "--data",
          "--glob",
          "--engine",
          "--threads",
          "--json",
          "--stacktrace");

  private final Subject<B> subject;
  private final Path out;
  private final TrainConfig config;
  private final Engine engine;
  private final PrintStream output;

  public Session(
      Subject<B> subject, Path out, TrainConfig config, Engine engine, PrintStream output) {
    this.subject = subject;
    this.out = out;
    this.config = config;
    this.engine = engine;
    this.output = output;
  }

  /**
   * Trains.
   *
   * @param resume whether to go on from the checkpoint in the folder
   * @param heldOut batches of the held-out set
   * @param stop asked before each step
   */
  public Result train(
      BatchSource<B> batches,
      Iterable<? extends B> heldOut,
      Optimizer optimizer,
      LearningRateSchedule schedule,
      boolean resume,
      BooleanSupplier stop)
      throws IOException {
    Parameters parameters = subject.model().parameters();
    parameters.allocate(DType.FLOAT32, config.seed());
    Checkpoint last = new Checkpoint(out, subject.kind(), subject.modalityFiles());
    Checkpoint best = new Checkpoint(out.resolve("best"), subject.kind(), subject.modalityFiles());
    last.requireWritable();
    if (!resume && last.exists()) {
      throw new InputException(
          out + ": holds a checkpoint already; --resume goes on with it, or choose another --out");
    }
    MetricsLog log = new MetricsLog(config.cadence().log());
    String checksum = DataChecksum.of(batches);
    Map<String, String> commandLine = subject.commandLine().values();
    Trainer.Progress progress = Trainer.Progress.start();
    if (resume) {
      Checkpoint.Training before = stateOf(last);
      requireSameOptions(before);
      tellDifferences(before, checksum);
      commandLine = before.commandLine();
      progress = before.progress();
    }
    Origin origin = new Origin(commandLine, checksum);
    try (Progress bar =
        Progress.resume("training", progress.step(), config.limits().steps(), "steps")
            .within(config.limits().seconds())) {
      Trainer<B> trainer =
          new Trainer<>(
              subject.model(), config, optimizer, schedule, engine, List.of(log, new Display(bar)));
      if (resume) {
        log.resume(last.readTraining(parameters, optimizer, trainer.average()));
      }
      Trainer.Result result =
          trainer.run(
              batches,
              heldOut,
              progress,
              (at, isBest) -> {
                Checkpoint.Content content = content(trainer, at, origin, log.lines());
                last.write(content);
                if (isBest && config.limits().patience() > 0) {
                  best.write(content);
                }
              },
              stop);
      return new Result(
          result.steps(),
          parameters.count(),
          result.trainNll(),
          result.validationNll(),
          result.validationNll() / Math.log(2),
          result.bestValidationNll(),
          result.stepsPerSecond(),
          result.stopped());
    }
  }

  private Checkpoint.Training stateOf(Checkpoint last) throws IOException {
    Checkpoint.Training state = last.config().training();
    if (state == null) {
      throw new InputException(out + ": holds no state of training, nothing to resume");
    }
    return state;
  }

  /** To go on with the run's options and say nothing would be to ignore those given now. */
  private void requireSameOptions(Checkpoint.Training before) {
    OptionValues now = subject.commandLine();
    for (String name : now.given()) {
      String found = now.value(name);
      String expected = Objects.requireNonNullElse(before.commandLine().get(name), found);
      if (!MAY_CHANGE.contains(name) && !expected.equals(found)) {
        throw new InputException(
            "%s: found %s, but the run in %s began %s; leave it out to go on with the run's own options, or begin another run"
                .formatted(
                    name, found, out, expected.equals("null") ? "without it" : "with " + expected));
      }
    }
  }

  private void tellDifferences(Checkpoint.Training before, String checksum) {
    if (before.threads() != engine.workers() || !before.engine().equals(engine.name())) {
      output.printf(
          "This run uses engine %s with %d threads, the checkpoint %s with %d: the result will differ in the last digits from a run that was never stopped.%n",
          engine.name(), engine.workers(), before.engine(), before.threads());
    }
    if (!before.dataChecksum().isEmpty() && !before.dataChecksum().equals(checksum)) {
      output.printf(
          "The data are not those that %s was trained on: the result will differ from a run that was never stopped, and what is held out now may have been learnt before.%n",
          out);
    }
  }

  private Checkpoint.Content content(
      Trainer<B> trainer, Trainer.Progress progress, Origin origin, List<String> log) {
    Optimizer optimizer = trainer.optimizer();
    return new Checkpoint.Content(
        subject.modelConfig(),
        subject.model().parameters(),
        optimizer,
        trainer.average(),
        new Checkpoint.Training(
            progress,
            optimizer.name(),
            optimizer.steps(),
            engine.name(),
            engine.workers(),
            Json.mapper().valueToTree(subject.options()),
            origin.commandLine(),
            origin.dataChecksum()),
        log,
        subject.modalityWriter());
  }

  /** Shows progress on the bar. */
  private static final class Display implements TrainingListener {
    private final Progress bar;
    private double smoothed = Double.NaN;
    private String held = "";

    Display(Progress bar) {
      this.bar = bar;
    }

    @Override
    public void stepDone(long step, double nll, double gradientNorm, double learningRate) {
      smoothed = Double.isNaN(smoothed) ? nll : smoothed + 0.05 * (nll - smoothed);
      bar.moveTo(step);
      if (step % 20 == 0) {
        bar.note(String.format(Locale.ROOT, "nll %.3f%s", smoothed, held));
      }
    }

    @Override
    public void evaluated(long step, double validationNll, boolean best) {
      held = String.format(Locale.ROOT, ", held out %.3f", validationNll);
    }
  }
}
