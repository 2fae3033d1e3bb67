package dev.chainrule.core.run;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.AtomicFolder;
import dev.chainrule.base.io.FolderLock;
import dev.chainrule.base.io.Json;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.engine.Compute;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.model.AutoregressiveModel;
import dev.chainrule.core.model.Batch;
import dev.chainrule.core.optim.AdamW;
import dev.chainrule.core.optim.Optimizer;
import dev.chainrule.core.optim.WeightAverage;
import dev.chainrule.core.train.BatchSource;
import dev.chainrule.core.train.Checkpoint;
import dev.chainrule.core.train.MetricsLog;
import dev.chainrule.core.train.Peers;
import dev.chainrule.core.train.TrainConfig;
import dev.chainrule.core.train.Trainer;
import dev.chainrule.core.train.TrainingListener;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One run of training: a model of some kind, data, a recipe and a folder. The folder is the last
 * checkpoint; {@code best} in it is the one with the best held-out likelihood, where training may
 * stop early.
 *
 * @param <B> the modality's batch
 */
public final class TrainingRun<B extends Batch> {
  /**
   * What is trained.
   *
   * @param kind of the model
   * @param configuration its shape
   * @param model of that shape, its parameters declared; where they are allocated already, they are
   *     where a new run begins
   * @param options by which the run can be repeated
   * @param files writes the modality's own files of a checkpoint
   */
  public record Subject<C, B extends Batch>(
      ModelKind<C, B> kind,
      C configuration,
      AutoregressiveModel<B> model,
      StoredOptions<?> options,
      AtomicFolder.Writer files) {}

  /**
   * What it learns from.
   *
   * @param learned batches to learn from; those of some models are drawn by the model itself, on
   *     the engine
   * @param heldOut batches of the held-out set; empty for none
   * @param description of both in words, one line or more
   */
  public record Data<B extends Batch>(
      Function<Engine, BatchSource<B>> learned, Iterable<? extends B> heldOut, String description) {
    /** Batches that need no engine. */
    public static <B extends Batch> Data<B> of(
        BatchSource<B> learned, Iterable<? extends B> heldOut, String description) {
      return new Data<>(engine -> learned, heldOut, description);
    }
  }

  /**
   * The result, as {@code --json} prints it; likelihoods in nats and bits per element.
   *
   * @param firstValidationNll of the weights that this run began with, where these had learnt
   *     before; null for a new model and one that is resumed
   */
  public record Result(
      long steps,
      long parameters,
      @Nullable Double firstValidationNll,
      double trainNll,
      double validationNll,
      double validationBitsPerDim,
      double bestValidationNll,
      double stepsPerSecond,
      boolean stopped)
      implements Serializable {
    private Result asStopped() {
      return new Result(
          steps,
          parameters,
          firstValidationNll,
          trainNll,
          validationNll,
          validationBitsPerDim,
          bestValidationNll,
          stepsPerSecond,
          true);
    }
  }

  /** Hears what the held-out likelihood was before the first step. */
  private static final class First implements TrainingListener {
    private @Nullable Double nll;

    @Override
    public void evaluated(long step, double validationNll, boolean best) {
      if (step == 0) {
        nll = validationNll;
      }
    }
  }

  /** What a run began with. */
  private record Origin(Map<String, String> commandLine, String dataChecksum) {}

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
          "--spark",
          "--spark-conf",
          "--processes",
          "--gradients",
          "--json",
          "--stacktrace");

  /** Options of before, by their names of today. */
  private static final Map<String, String> RENAMED =
      Map.of(
          "--batch-size", "--batch",
          "--learning-rate", "--lr",
          "--min-learning-rate", "--min-lr",
          "--average-decay", "--average",
          "--architecture", "--model");

  private final Subject<?, B> subject;
  private final Data<B> data;
  private final Path out;
  private final boolean resumes;
  private GivenOptions given = GivenOptions.none();
  private List<TrainingRun<B>> further = List.of();
  private Peers peers = Peers.NONE;

  private TrainingRun(Subject<?, B> subject, Data<B> data, Path out, boolean resumes) {
    this.subject = subject;
    this.data = data;
    this.out = out;
    this.resumes = resumes;
  }

  /** A run from its first step; {@link #prepare} has looked at the folder. */
  public static <B extends Batch> TrainingRun<B> begin(
      Subject<?, B> subject, Data<B> data, Path out) {
    return new TrainingRun<>(subject, data, out, false);
  }

  /** A run that goes on from the checkpoint in its folder. */
  public static <B extends Batch> TrainingRun<B> resume(
      Subject<?, B> subject, Data<B> data, Path out) {
    return new TrainingRun<>(subject, data, out, true);
  }

  /**
   * Looks at the folder of a run before its data are read: puts in order what a killed run left,
   * and refuses a folder that cannot be trained in.
   *
   * @param resume whether to go on from the checkpoint in the folder
   * @throws InputException if the checkpoint could not be written later, or is there already and is
   *     not to be resumed
   */
  public static void prepare(ModelKind<?, ?> kind, Path out, boolean resume) throws IOException {
    Checkpoint checkpoint = kind.checkpoint(out);
    if (resume) {
      // Says best what is wrong where there is no checkpoint.
      checkpoint.config();
    }
    checkpoint.requireWritable();
    if (!resume && checkpoint.exists()) {
      throw new InputException(
          out
              + ": holds a checkpoint already; resume it (--resume), or choose another folder"
              + " (--out)");
    }
  }

  /** How a run is begun, which reads its data. */
  @FunctionalInterface
  public interface Beginning<B extends Batch> {
    /** Reads data, and declares the model. */
    TrainingRun<B> begin() throws IOException;
  }

  /**
   * Trains a model from its first step, in a program: in a folder that is looked at first and that
   * no other run can have meanwhile, on the fastest engine.
   */
  public static <B extends Batch> Result train(
      ModelKind<?, B> kind,
      Path out,
      Beginning<B> beginning,
      List<? extends TrainingListener> listeners)
      throws IOException {
    FolderLock lock = FolderLock.take(out);
    try (lock;
        Engine engine = Compute.automatic().open()) {
      prepare(kind, out, false);
      return beginning.begin().train(engine, listeners, () -> false);
    }
  }

  /**
   * Trains a model that no folder keeps; afterwards its parameters are those to use, averaged ones
   * where the recipe averages.
   *
   * @param model with parameters declared, not allocated
   * @param stop asked before each step
   */
  public static <B extends Batch> Trainer.Result fit(
      AutoregressiveModel<B> model,
      Recipe recipe,
      BatchSource<B> batches,
      Engine engine,
      List<? extends TrainingListener> listeners,
      BooleanSupplier stop)
      throws IOException {
    model.parameters().allocate(DType.FLOAT32, recipe.training().seed());
    Trainer<B> trainer = trainer(model, recipe, engine, listeners);
    Trainer.Result result =
        trainer.run(batches, List.of(), Trainer.Progress.start(), Trainer.UNSAVED, stop);
    WeightAverage average = trainer.average();
    if (average != null) {
      average.swap(engine, model.parameters());
    }
    return result;
  }

  /** Options of a command line that are kept with the run, and compared on resume. */
  public TrainingRun<B> withOptions(GivenOptions options) {
    given = options;
    return this;
  }

  /** Runs of further networks of the same model, in folders within, trained after this one. */
  public TrainingRun<B> followedBy(List<TrainingRun<B>> runs) {
    further = List.copyOf(runs);
    return this;
  }

  /**
   * Trains together with other processes, which have the same run before them and read the same
   * folder; the first one writes it.
   */
  public TrainingRun<B> among(Peers others) {
    peers = others;
    further.forEach(run -> run.among(others));
    return this;
  }

  /** Batches, rates, length. */
  public Recipe recipe() {
    return subject.options().recipe();
  }

  /** The record that shapes the model, as {@code config.json} will hold it. */
  public JsonNode shape() {
    return Json.mapper().valueToTree(subject.configuration());
  }

  /** Where data come from and the recipe, as {@code config.json} will hold them. */
  public JsonNode options() {
    return subject.options().json();
  }

  /** What is learnt from and what learns, in words. */
  public String description() {
    return data.description();
  }

  /**
   * Trains to the recipe's end, and then the further networks to theirs.
   *
   * @param listeners are told of steps, evaluations and what the user should know
   * @param stop asked before each step; true ends training with a checkpoint
   * @return what came of this run's own network; stopped, if a further one was
   * @throws dev.chainrule.core.train.DivergenceException if a loss or gradient is not finite
   */
  public Result train(
      Engine engine, List<? extends TrainingListener> listeners, BooleanSupplier stop)
      throws IOException {
    Result result = trainAlone(engine, listeners, stop);
    boolean stopped = result.stopped();
    for (TrainingRun<B> run : further) {
      if (!stopped) {
        List<TrainingListener> hearing =
            listeners.stream().map(TrainingListener::ofFurther).toList();
        stopped = run.train(engine, hearing, stop).stopped();
      }
    }
    return result.stopped() == stopped ? result : result.asStopped();
  }

  private Result trainAlone(
      Engine engine, List<? extends TrainingListener> listeners, BooleanSupplier stop)
      throws IOException {
    Recipe recipe = subject.options().recipe();
    TrainConfig config = recipe.training();
    Parameters parameters = subject.model().parameters();
    boolean hasLearnt = parameters.allocated() || parameters.standsOnAllocated();
    if (!parameters.allocated()) {
      parameters.allocate(DType.FLOAT32, config.seed());
    }
    Checkpoint last = subject.kind().checkpoint(out);
    Checkpoint best = subject.kind().checkpoint(out.resolve("best"));
    boolean keeps = peers.rank() == 0;
    if (keeps) {
      prepare(subject.kind(), out, resumes);
    }
    MetricsLog log = new MetricsLog(config.cadence().log());
    First first = new First();
    BatchSource<B> batches = data.learned().apply(engine);
    String checksum = DataChecksum.of(batches);
    Map<String, String> commandLine = given.values();
    Trainer.Progress progress = Trainer.Progress.start();
    if (resumes) {
      Checkpoint.Training before = StoredOptions.requireTraining(out, last.config());
      requireSameOptions(before);
      tellDifferences(before, engine, checksum, listeners);
      commandLine = before.commandLine();
      progress = before.progress();
    }
    Origin origin = new Origin(commandLine, checksum);
    List<TrainingListener> all = new ArrayList<>(listeners);
    TrainingEvents events =
        new TrainingEvents(out, config.cadence().log(), subject.options().json(), listeners);
    all.addAll(0, keeps ? List.of(log, first, events) : List.of(log, first));
    Trainer<B> trainer = trainer(subject.model(), recipe, engine, all);
    trainer.among(peers);
    if (hasLearnt && !resumes) {
      trainer.evaluateFirst();
    }
    if (resumes) {
      log.resume(last.readTraining(parameters, trainer.optimizer(), trainer.average()));
    }
    Trainer.Result result =
        trainer.run(
            batches,
            data.heldOut(),
            progress,
            (at, isBest) -> {
              if (!keeps) {
                return;
              }
              Checkpoint.Content content = content(trainer, engine, at, origin, log.lines());
              last.write(content);
              WeightAverage average = trainer.average();
              events.weights(
                  at.step(),
                  parameters.views(average == null ? parameters.values() : average.values()));
              if (isBest && config.limits().patience() > 0) {
                best.write(content);
              }
            },
            stop);
    return new Result(
        result.steps(),
        parameters.count(),
        first.nll,
        result.trainNll(),
        result.validationNll(),
        result.validationNll() / Math.log(2),
        result.bestValidationNll(),
        result.stepsPerSecond(),
        result.stopped());
  }

  private static <B extends Batch> Trainer<B> trainer(
      AutoregressiveModel<B> model,
      Recipe recipe,
      Engine engine,
      List<? extends TrainingListener> listeners) {
    TrainConfig config = recipe.training();
    return new Trainer<>(
        model,
        config,
        new AdamW(recipe.optimizer()),
        recipe.schedule().over(config.limits().steps()),
        engine,
        listeners);
  }

  /** To go on with the run's options and say nothing would be to ignore those given now. */
  private void requireSameOptions(Checkpoint.Training before) {
    for (String name : given.given()) {
      String found = given.value(name);
      Map<String, String> begun = before.commandLine();
      String known = begun.containsKey(name) ? name : RENAMED.getOrDefault(name, name);
      String expected = Objects.requireNonNullElse(begun.get(known), found);
      if (!MAY_CHANGE.contains(name) && !expected.equals(found)) {
        throw new InputException(
            "%s: found %s, but the run in %s began %s; leave it out to go on with the run's own options, or begin another run"
                .formatted(
                    name, found, out, expected.equals("null") ? "without it" : "with " + expected));
      }
    }
  }

  private void tellDifferences(
      Checkpoint.Training before,
      Engine engine,
      String checksum,
      List<? extends TrainingListener> listeners) {
    if (before.threads() != engine.workers() || !before.engine().equals(engine.name())) {
      String sentence =
          "This run uses engine %s with %d threads, the checkpoint %s with %d: the result will differ in the last digits from a run that was never stopped."
              .formatted(engine.name(), engine.workers(), before.engine(), before.threads());
      listeners.forEach(listener -> listener.warned(sentence));
    }
    if (!before.dataChecksum().isEmpty() && !before.dataChecksum().equals(checksum)) {
      String sentence =
          "The data are not those that %s was trained on: the result will differ from a run that was never stopped, and what is held out now may have been learnt before."
              .formatted(out);
      listeners.forEach(listener -> listener.warned(sentence));
    }
  }

  private Checkpoint.Content content(
      Trainer<B> trainer,
      Engine engine,
      Trainer.Progress progress,
      Origin origin,
      List<String> log) {
    Optimizer optimizer = trainer.optimizer();
    return new Checkpoint.Content(
        subject.configuration(),
        subject.model().parameters(),
        optimizer,
        trainer.average(),
        new Checkpoint.Training(
            progress,
            optimizer.name(),
            optimizer.steps(),
            engine.name(),
            engine.workers(),
            subject.options().json(),
            origin.commandLine(),
            origin.dataChecksum()),
        log,
        subject.files());
  }
}
