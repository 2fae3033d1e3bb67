package dev.chainrule.experiments.experiment;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.AtomicFile;
import dev.chainrule.base.io.FolderLock;
import dev.chainrule.base.io.Json;
import dev.chainrule.base.io.Utf8File;
import dev.chainrule.core.engine.Compute;
import dev.chainrule.core.engine.Engines;
import dev.chainrule.experiments.cluster.Trials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * An experiment in its folder: begun from a file, or gone on with. Its runs are trained, measured
 * and drawn from, and whatever is done is never done again.
 *
 * <pre>{@code
 * Experiment experiment = Experiment.begin(Path.of("rates.yaml"), List.of(), Path.of("runs"));
 * Outcome outcome = experiment.run(Resources.usual(), line -> {}, () -> false);
 * }</pre>
 */
public final class Experiment {
  private static final String FILE = "experiment.yaml";
  private static final String BEGUN = "plan.json";

  /**
   * How an experiment was begun, so that it goes on alike.
   *
   * @param origin its file as messages name it
   * @param home folder of the file
   * @param sets what stood over the file
   * @param engine that computes
   * @param threads of each run
   */
  record Begun(String origin, String home, List<String> sets, String engine, int threads) {}

  /** Hears what becomes of runs. */
  @FunctionalInterface
  public interface Listener {
    /** One line for people; called by several threads, one at a time. */
    void said(String line);
  }

  private final Path folder;
  private final String text;
  private final String origin;
  private final Path home;
  private final List<String> sets;
  private final ExperimentPlan plan;
  private boolean triesFailed;

  private Experiment(Path folder, String text, String origin, Path home, List<String> sets)
      throws IOException {
    this.text = text;
    this.origin = origin;
    this.home = home;
    this.sets = List.copyOf(sets);
    plan = ExperimentPlan.parse(text, origin, home, sets);
    this.folder = folder;
  }

  /**
   * An experiment from its file; where its folder is there already, what is done stays so.
   *
   * @param sets values that stand over those of the file, {@code KEY=VALUE}
   * @param out its folder is in this one, under its name
   * @throws InputException naming line and column of what cannot be
   */
  public static Experiment begin(Path file, List<String> sets, Path out) throws IOException {
    String text = Utf8File.read(file, "YAML");
    Path home = Objects.requireNonNull(file.toAbsolutePath().getParent());
    ExperimentPlan plan = ExperimentPlan.parse(text, file.toString(), home, sets);
    Path folder = out.resolve(plan.name());
    AtomicFile.requireWritableFolder(folder);
    return new Experiment(folder, text, file.toString(), home, sets);
  }

  /** Whether a folder is that of an experiment that was begun. */
  public static boolean isIn(Path folder) {
    return Files.isRegularFile(folder.resolve(BEGUN));
  }

  /**
   * An experiment that was begun.
   *
   * @param folder {@code OUT/EXPERIMENT}
   * @throws InputException if it is no such folder
   */
  public static Experiment open(Path folder) throws IOException {
    if (!isIn(folder)) {
      throw new InputException(
          folder + ": holds no " + BEGUN + ", expected the folder of an experiment");
    }
    Begun begun = Json.read(folder.resolve(BEGUN), Begun.class);
    // Messages name the file that it was, by which the experiment may have its name.
    String text = Utf8File.read(folder.resolve(FILE), "YAML");
    return new Experiment(folder, text, begun.origin, Path.of(begun.home), begun.sets);
  }

  /** Runs that failed are tried again. */
  public Experiment tryingFailed() {
    triesFailed = true;
    return this;
  }

  /** Its folder. */
  public Path folder() {
    return folder;
  }

  /** Its name. */
  public String name() {
    return plan.name();
  }

  /** Names of its runs, in the order in which they begin. */
  public List<String> runs() {
    return plan.runs().stream().map(ExperimentPlan.Run::name).toList();
  }

  /** What it comes to by now; reads the runs' folders. */
  public Outcome outcome() throws IOException {
    return outcome(false);
  }

  /**
   * Does what is left to do.
   *
   * @param resources what it may use; engine and threads of a run stay those that it was begun with
   * @param stop asked now and then; true ends it, to be gone on with another time
   * @throws InputException if another process is at it, or its folder holds other runs
   * @throws IOException if its folder cannot be written
   */
  public Outcome run(Resources resources, Listener listener, BooleanSupplier stop)
      throws IOException {
    return run(resources, listener, stop, null);
  }

  /**
   * The same on machines that see its folder and its data by the same names.
   *
   * @param trials the machines; null for this one
   */
  public Outcome run(
      Resources resources, Listener listener, BooleanSupplier stop, @Nullable Trials trials)
      throws IOException {
    FolderLock lock = FolderLock.take(folder);
    try (lock) {
      Files.createDirectories(folder.resolve(RunFolder.RUNS));
      Compute compute = compute(resources);
      Sweeper sweeper = new Sweeper(plan, folder, compute, stop, listener, trials);
      sweeper.prepare(triesFailed);
      AtomicFile.writeString(folder.resolve(FILE), text);
      Json.write(
          folder.resolve(BEGUN),
          new Begun(origin, home.toString(), sets, compute.engine(), compute.threads()));
      sweeper.run(resources.jobs(), MemoryGate.of(resources.memory()));
    }
    return outcome(stop.getAsBoolean());
  }

  /**
   * Goes on with one run of an experiment that another process is at, and has begun.
   *
   * @param run its name
   * @param until steps at which it pauses
   * @param stop asked now and then; true leaves it with a checkpoint
   */
  public void goOn(String run, long until, BooleanSupplier stop) throws IOException {
    Begun begun = Json.read(folder.resolve(BEGUN), Begun.class);
    ExperimentPlan.Run one =
        plan.runs().stream()
            .filter(each -> each.name().equals(run))
            .findFirst()
            .orElseThrow(
                () -> new InputException(folder + ": has no run " + run + ", expected one of its"));
    Compute compute = new Compute(begun.engine, begun.threads);
    Path path = folder.resolve(RunFolder.RUNS).resolve(run);
    RunWork work = new RunWork(plan, one, path, compute, new Machine(), new DataFiles(), stop);
    if (work.ended() == null && work.steps() < until) {
      try (MemoryGate.Pass pass = MemoryGate.of(Long.MAX_VALUE).enter()) {
        work.go(until, pass);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** What each run computes with: what it was begun with, since the last digits depend on it. */
  private Compute compute(Resources resources) throws IOException {
    Path file = folder.resolve(BEGUN);
    if (Files.isRegularFile(file)) {
      Begun begun = Json.read(file, Begun.class);
      return new Compute(begun.engine, begun.threads);
    }
    String engine = plan.engine() == null ? resources.compute().engine() : plan.engine();
    Integer threads = plan.threads();
    try {
      return new Compute(
          engine.equals("auto") ? Engines.automatic().name() : engine,
          threads == null ? resources.threadsOfRun() : threads);
    } catch (IllegalArgumentException e) {
      throw new InputException(origin + ": compute: " + e.getMessage(), e);
    }
  }

  private Outcome outcome(boolean stopped) throws IOException {
    List<Outcome.Run> ended = new ArrayList<>();
    List<RunFolder> folders = new ArrayList<>();
    for (ExperimentPlan.Run run : plan.runs()) {
      Path path = folder.resolve(RunFolder.RUNS).resolve(run.name());
      ended.add(new Outcome.Run(run.name(), RunWork.result(path)));
      if (Files.exists(path.resolve(RunFolder.CONFIG))) {
        folders.add(RunFolder.read(path));
      }
    }
    return new Outcome(
        plan.name(),
        folder.toString(),
        ended,
        Comparison.of(plan.metric(), folders),
        expected(folders),
        stopped);
  }

  private Outcome.@Nullable Expected expected(List<RunFolder> runs) {
    Expectation expectation = plan.expectation();
    if (expectation == null) {
      return null;
    }
    List<Comparison.Setting> settings = Comparison.of(expectation.metric(), runs).settings();
    Double found = settings.isEmpty() ? null : settings.getFirst().mean();
    return new Outcome.Expected(
        expectation.metric(),
        expectation.value(),
        expectation.within(),
        found,
        found != null && expectation.isMetBy(found));
  }
}
