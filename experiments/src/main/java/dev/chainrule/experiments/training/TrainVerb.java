package dev.chainrule.experiments.training;

import dev.chainrule.core.engine.Compute;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.model.Batch;
import dev.chainrule.core.run.ModelKind;
import dev.chainrule.core.run.ModelKinds;
import dev.chainrule.core.run.Recipe;
import dev.chainrule.core.run.TrainingBar;
import dev.chainrule.core.run.TrainingRun;
import dev.chainrule.core.train.Peers;
import dev.chainrule.core.train.TrainingListener;
import dev.chainrule.experiments.cli.Target;
import dev.chainrule.experiments.cli.Verb;
import dev.chainrule.experiments.cluster.ClusterOptions;
import dev.chainrule.experiments.cluster.ClusterWork;
import dev.chainrule.experiments.cluster.SharedTraining;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;

/**
 * A {@code train} command: what is the same for every kind of model. A module says how its options
 * become a run, and what it has to say of the result.
 *
 * @param <B> the module's batch
 */
@Command
public abstract class TrainVerb<B extends Batch> extends Verb implements SharedTraining {
  @Mixin private TrainingOptions training = new TrainingOptions();
  @Mixin private ClusterOptions cluster = new ClusterOptions();
  @Mixin private ProcessOptions processes = new ProcessOptions();

  /** The kind that the options name. */
  protected abstract ModelKind<?, B> kind();

  /** A new run. */
  protected abstract TrainingRun<B> begin(Path out) throws IOException;

  /** The run that the folder holds. */
  protected abstract TrainingRun<B> resume(Path out) throws IOException;

  /** Tells of the result, and returns what {@code --json} prints. */
  protected abstract Object report(Path out, TrainingRun.Result result) throws IOException;

  /** The options that all modules have. */
  protected final TrainingOptions training() {
    return training;
  }

  /** The recipe of a new run, changed from the usual one by the options. */
  protected final Recipe recipe(Recipe usual) {
    return fromOptions(() -> training.recipe(usual, common().seed()));
  }

  /** The recipe of the run that goes on. */
  protected final Recipe resumed(Recipe run) {
    return fromOptions(() -> training.resumed(run));
  }

  /** What a new run's recipe is where no option says otherwise. */
  protected abstract Recipe usual();

  @Override
  protected Target target() {
    return new Target.Run(null);
  }

  /**
   * Refuses options that cannot be, as far as that can be told without data.
   *
   * @throws ParameterException naming the option
   */
  public void check() throws IOException {
    kind();
    recipe(usual());
  }

  /**
   * The run that the options describe, in a folder that was looked at; reads the data.
   *
   * @throws ParameterException if options do not fit each other or the data
   */
  public final TrainingRun<B> described() throws IOException {
    Path out = out();
    if (out == null) {
      throw badOption("--out", "nothing", "the folder that gets the model");
    }
    boolean resume = training.resume();
    TrainingRun.prepare(resume ? ModelKinds.of(out) : kind(), out, resume);
    return run(out, resume).withOptions(options());
  }

  /** What the command says of the result of that run, and prints with {@code --json}. */
  public final Object told(TrainingRun.Result result, PrintStream text) throws IOException {
    return within(text, () -> report(Objects.requireNonNull(out()), result));
  }

  @Override
  protected final Object run() throws Exception {
    fromOptions(cluster::checked);
    fromOptions(() -> processes.checked(cluster.given()));
    ClusterWork work = cluster.given() ? cluster.work() : null;
    TrainingRun<B> run = described();
    output()
        .printf("%s; engine %s, %d threads%n", run.description(), common().engine(), threads(work));
    Path out = Objects.requireNonNull(out());
    TrainingRun.Result result;
    try (TrainingBar bar = new TrainingBar(output())) {
      if (work == null) {
        try (Engine engine = common().open()) {
          result = run.train(engine, List.of(bar), this::stopRequested);
        }
      } else {
        result = onCluster(work, run, out, bar);
      }
    }
    return report(out, result);
  }

  /** Of each process on a cluster, which are the processors of its task. */
  private int threads(@Nullable ClusterWork work) {
    return work != null && text("--threads") == null ? 1 : common().threads();
  }

  /** All processes begin at a checkpoint, which for a new run is made here. */
  private TrainingRun.Result onCluster(
      ClusterWork work, TrainingRun<B> run, Path out, TrainingBar bar) throws IOException {
    SharedTraining.Job job =
        new SharedTraining.Job(
            cluster.master(),
            cluster.properties(),
            processes.processes,
            threads(work),
            processes.format(),
            out.toAbsolutePath(),
            portableWords());
    return work.train(job, () -> beginAlone(run), output(), List.of(bar), this::stopRequested);
  }

  private void beginAlone(TrainingRun<B> run) throws IOException {
    if (!training.resume()) {
      try (Engine engine = common().open()) {
        run.train(engine, List.of(), () -> true);
      }
    }
  }

  @Override
  public final TrainingRun.Result goOn(
      Peers peers, int threads, List<? extends TrainingListener> listeners, BooleanSupplier stop)
      throws IOException {
    TrainingRun<B> run = run(Objects.requireNonNull(out()), true);
    try (Engine engine = new Compute(common().engine().toString(), threads).open()) {
      return run.among(peers).train(engine, listeners, stop);
    }
  }

  private TrainingRun<B> run(Path out, boolean resume) throws IOException {
    try {
      return resume ? resume(out) : begin(out);
    } catch (IllegalArgumentException e) {
      throw usage(e);
    }
  }

  /** How far it came, and how fast. */
  protected static String progress(TrainingRun.Result result) {
    return String.format(
        Locale.ROOT,
        "%s after %,d steps (%.2f a second)",
        result.stopped() ? "stopped" : "done",
        result.steps(),
        result.stepsPerSecond());
  }
}
