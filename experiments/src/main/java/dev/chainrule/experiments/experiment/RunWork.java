package dev.chainrule.experiments.experiment;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.AtomicFile;
import dev.chainrule.base.io.FolderLock;
import dev.chainrule.base.io.Json;
import dev.chainrule.base.progress.Progress;
import dev.chainrule.core.engine.Compute;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.run.TrainingRun;
import dev.chainrule.core.train.MetricsLog;
import dev.chainrule.core.train.TrainConfig;
import dev.chainrule.core.train.TrainingListener;
import dev.chainrule.experiments.cli.Failures;
import dev.chainrule.experiments.report.RunExport;
import dev.chainrule.experiments.training.TrainVerb;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import tools.jackson.databind.JsonNode;

/**
 * One run of an experiment in its folder: trained by the module's {@code train} command, measured
 * by its {@code eval} and drawn from by its {@code sample}. What is done is kept file by file, so
 * that the run goes on where it was killed.
 */
final class RunWork {
  /** A mean over so many of the last lines tells how well it learnt. */
  private static final int LAST_LINES = 20;

  private static final Pattern NO_ROOM =
      Pattern.compile("No space left on device|quota exceeded|Read-only file system");

  private static final String TRAINED = "trained.json";

  /** Steps after which a run has all the memory that it takes. */
  private static final int GROWN = 3;

  /** What training came to, kept so that it is not repeated. */
  private record Trained(long steps, double seconds, Map<String, Double> metrics) {}

  private final ExperimentPlan plan;
  private final ExperimentPlan.Run run;
  private final Path folder;
  private final Compute compute;
  private final Machine machine;
  private final DataFiles dataFiles;
  private final BooleanSupplier stop;

  RunWork(
      ExperimentPlan plan,
      ExperimentPlan.Run run,
      Path folder,
      Compute compute,
      Machine machine,
      DataFiles dataFiles,
      BooleanSupplier stop) {
    this.plan = plan;
    this.run = run;
    this.folder = folder;
    this.compute = compute;
    this.machine = machine;
    this.dataFiles = dataFiles;
    this.stop = stop;
  }

  /** How a run ended; null before its end. */
  static @Nullable RunResult result(Path folder) throws IOException {
    Path file = folder.resolve(RunFolder.RESULT);
    return Files.isRegularFile(file) ? Json.read(file, RunResult.class) : null;
  }

  /** How this run ended; null before. */
  @Nullable RunResult ended() throws IOException {
    return result(folder);
  }

  /**
   * Goes on with the run.
   *
   * @param until steps at which to pause; {@code Long.MAX_VALUE} to go on to the end
   * @param pass told when the run has its memory
   * @return how it ended; null if it paused, or was asked to stop
   * @throws IOException if not even that it failed can be written
   */
  @Nullable RunResult go(long until, MemoryGate.Pass pass) throws IOException {
    RunResult before = result(folder);
    if (before != null || stop.getAsBoolean()) {
      return before;
    }
    Files.createDirectories(folder);
    FolderLock held = FolderLock.take(folder.resolve(RunFolder.CHECKPOINT));
    try (held;
        PrintStream log = log()) {
      RunResult result;
      try {
        result = work(until, pass, log);
      } catch (Exception | OutOfMemoryError e) {
        e.printStackTrace(log);
        requireRoom(e);
        result = new RunResult(RunResult.State.FAILED, sentence(e), steps(), 0, Map.of());
      }
      if (result != null) {
        end(result);
      }
      return result;
    }
  }

  private PrintStream log() throws IOException {
    return new PrintStream(
        Files.newOutputStream(
            folder.resolve(RunFolder.LOG), StandardOpenOption.CREATE, StandardOpenOption.APPEND),
        true,
        StandardCharsets.UTF_8);
  }

  /**
   * A disk that is full is no fault of the run, and the next ones would fail as well: the run is as
   * if it had been killed, to be gone on with when there is room.
   */
  private void requireRoom(Throwable e) {
    Throwable cause = e instanceof UncheckedIOException wrapped ? wrapped.getCause() : e;
    if (!(cause instanceof IOException io)) {
      return;
    }
    String told = Failures.sentence(io);
    boolean own = told.contains(folder.toString()) && !(io instanceof NoSuchFileException);
    if (own || NO_ROOM.matcher(told).find()) {
      throw new InputException(
          "%s: cannot be written: %s What is done is kept; the same command does the rest"
              .formatted(folder, told),
          io);
    }
  }

  private String sentence(Throwable e) {
    return switch (e) {
      case ParameterException wrong -> String.valueOf(run.options().refusal(wrong).getMessage());
      case UncheckedIOException io ->
          Failures.sentence(io.getCause() == null ? new IOException(io) : io.getCause());
      case OutOfMemoryError memory -> "out of memory: " + memory.getMessage();
      case Exception other -> Failures.sentence(other);
      default -> String.valueOf(e);
    };
  }

  /** Gives the run up. */
  RunResult cut(String reason, Map<String, Double> metrics) throws IOException {
    RunResult result = new RunResult(RunResult.State.CUT, reason, steps(), seconds(), metrics);
    end(result);
    return result;
  }

  private void end(RunResult result) throws IOException {
    Path file = folder.resolve(RunFolder.PROVENANCE);
    if (Files.exists(file)) {
      Json.write(file, Json.read(file, Provenance.class).ended(Machine.now()));
    }
    if (Files.exists(folder.resolve(RunFolder.CONFIG))) {
      RunExport.write(RunFolder.read(folder).ended(result));
    }
    Json.write(folder.resolve(RunFolder.RESULT), result);
  }

  private @Nullable RunResult work(long until, MemoryGate.Pass pass, PrintStream log)
      throws Exception {
    long begun = System.nanoTime();
    Trained trained = new Trained(0, 0, Map.of());
    if (run.options().modality().train() != null) {
      Path file = folder.resolve(TRAINED);
      Trained now = Files.exists(file) ? Json.read(file, Trained.class) : train(until, pass, log);
      if (now == null) {
        return null;
      }
      trained = now;
      begun = System.nanoTime();
    } else {
      writeConfig(null);
    }
    Map<String, Double> metrics = new LinkedHashMap<>(trained.metrics());
    if (run.options().has(Section.EVALUATION) && !evaluate(metrics, log)) {
      return null;
    }
    if (run.options().has(Section.SAMPLING) && !sample(log)) {
      return null;
    }
    return new RunResult(
        RunResult.State.DONE,
        null,
        trained.steps(),
        trained.seconds() + (System.nanoTime() - begun) / 1e9,
        metrics);
  }

  private List<String> common() {
    return List.of(
        "--seed=" + run.seed(), "--engine=" + compute.engine(), "--threads=" + compute.threads());
  }

  private List<String> words(String... more) {
    List<String> words = new ArrayList<>(common());
    words.addAll(List.of(more));
    return words;
  }

  /** What training came to; null if it paused. */
  private @Nullable Trained train(long until, MemoryGate.Pass pass, PrintStream log)
      throws IOException {
    Path checkpoint = folder.resolve(RunFolder.CHECKPOINT);
    List<String> words = words("--out=" + checkpoint);
    if (Files.exists(checkpoint.resolve("config.json"))) {
      words.add("--resume");
    }
    CommandLine line = run.options().command(Section.TRAINING, words);
    TrainVerb<?> verb = line.getCommand();
    TrainingRun<?> training = verb.described();
    log.println(training.description());
    writeConfig(training);
    TrainConfig config = training.recipe().training();
    Steps steps = new Steps(pass, log);
    BooleanSupplier pause =
        () -> stop.getAsBoolean() || (steps.done >= until && steps.done < config.limits().steps());
    TrainingRun.Result result;
    List<MetricsLog.Line> lines;
    try (Engine engine = compute.open();
        MetricsFile metrics =
            new MetricsFile(
                folder.resolve(RunFolder.METRICS), checkpoint, config.cadence().log())) {
      result = training.train(engine, List.of(metrics, steps), pause);
      lines = metrics.lines();
    }
    if (result.stopped()) {
      return null;
    }
    Map<String, Double> measured = new LinkedHashMap<>();
    Double learnt = trainNll(lines, Long.MAX_VALUE);
    if (learnt != null) {
      measured.put("train_nll", learnt);
    }
    addNumbers(Json.mapper().valueToTree(verb.told(result, log)), "", measured);
    Trained trained =
        new Trained(result.steps(), lines.isEmpty() ? 0 : lines.getLast().seconds(), measured);
    Json.write(folder.resolve(TRAINED), trained);
    return trained;
  }

  /** Counts steps, and keeps what the user should know. */
  private static final class Steps implements TrainingListener {
    private final MemoryGate.Pass pass;
    private final PrintStream log;
    private long first;
    private long done;

    Steps(MemoryGate.Pass pass, PrintStream log) {
      this.pass = pass;
      this.log = log;
    }

    @Override
    public void started(long step, TrainConfig.Limits limits) {
      first = step;
      done = step;
    }

    @Override
    public void stepDone(long step, double nll, double gradientNorm, double learningRate) {
      done = step;
      if (step - first == GROWN) {
        pass.grown();
      }
    }

    @Override
    public void warned(String sentence) {
      log.println(sentence);
    }
  }

  /**
   * The mean of the last lines' losses up to a step, nats an element; null where there are none. It
   * is that of the lines, and so the same whether the run was stopped on the way or not.
   */
  private static @Nullable Double trainNll(List<MetricsLog.Line> lines, long step) {
    List<Double> losses = new ArrayList<>();
    for (MetricsLog.Line line : lines) {
      Double loss = line.trainNll();
      if (loss != null && line.step() <= step) {
        losses.add(loss);
      }
    }
    List<Double> last = losses.subList(Math.max(0, losses.size() - LAST_LINES), losses.size());
    return last.isEmpty()
        ? null
        : last.stream().mapToDouble(Double::doubleValue).sum() / last.size();
  }

  /** Numbers of an object, which stay where they are known already. */
  private static void addNumbers(JsonNode object, String prefix, Map<String, Double> into) {
    for (String name : object.propertyNames()) {
      JsonNode value = object.path(name);
      boolean told =
          name.equals("steps") || (value.isNumber() && !Double.isFinite(value.asDouble()));
      if (value.isNumber() && !told) {
        into.putIfAbsent(prefix + name, value.asDouble());
      }
    }
  }

  /** The model to measure: the best one where training may stop early. */
  private String model() {
    Path checkpoint = folder.resolve(RunFolder.CHECKPOINT);
    Path best = checkpoint.resolve("best");
    return "--model=" + (Files.exists(best.resolve("config.json")) ? best : checkpoint);
  }

  /** Measures, unless that is done; false if it was stopped. */
  private boolean evaluate(Map<String, Double> metrics, PrintStream log) throws Exception {
    Path file = folder.resolve(RunFolder.EVALUATION);
    boolean trains = run.options().modality().train() != null;
    if (!Files.exists(file)) {
      List<String> words = trains ? words(model()) : words();
      CommandLine line = run.options().command(Section.EVALUATION, words);
      Object found = Progress.silently(() -> Modality.verb(line).runWithin(log));
      if (stop.getAsBoolean()) {
        return false;
      }
      Json.write(file, found);
    }
    JsonNode found = Json.read(file, JsonNode.class);
    addNumbers(found, "evaluation_", metrics);
    // A table of forecasters has one line here.
    addNumbers(found.path("models").path(0), "evaluation_", metrics);
    return true;
  }

  /** Draws, unless that is done; false if it was stopped. */
  private boolean sample(PrintStream log) throws Exception {
    Path samples = folder.resolve(RunFolder.SAMPLES);
    Path list = samples.resolve("samples.json");
    if (Files.exists(list)) {
      return true;
    }
    Files.createDirectories(samples);
    String drawn = run.options().modality().drawn();
    List<String> words = words(model());
    if (drawn != null) {
      words.add("--out=" + samples.resolve(drawn));
    }
    CommandLine line = run.options().command(Section.SAMPLING, words);
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    PrintStream told = drawn == null ? new PrintStream(text, true, StandardCharsets.UTF_8) : log;
    Object result = Progress.silently(() -> Modality.verb(line).runWithin(told));
    if (stop.getAsBoolean()) {
      return false;
    }
    if (drawn == null) {
      AtomicFile.writeBytes(samples.resolve("samples.txt"), text.toByteArray());
    }
    Json.write(list, result);
    return true;
  }

  /** Says what the run was told, with all that it was not told and has nonetheless. */
  private void writeConfig(@Nullable TrainingRun<?> training) throws IOException {
    Path config = folder.resolve(RunFolder.CONFIG);
    if (!Files.exists(config)) {
      AtomicFile.writeString(config, YamlText.of(ResolvedConfig.of(plan, run, compute, training)));
    }
    Path provenance = folder.resolve(RunFolder.PROVENANCE);
    Json.write(provenance, machine.provenance(compute, dataFiles.of(run.options())));
  }

  /** Steps that the checkpoint has. */
  long steps() throws IOException {
    Path file = folder.resolve(RunFolder.CHECKPOINT).resolve("config.json");
    if (!Files.exists(file)) {
      return 0;
    }
    JsonNode config = Json.read(file, JsonNode.class);
    return config.path("training").path("progress").path("step").asLong(0);
  }

  private double seconds() throws IOException {
    List<MetricsLog.Line> lines = RunFolder.metrics(folder.resolve(RunFolder.METRICS));
    return lines.isEmpty() ? 0 : lines.getLast().seconds();
  }

  /**
   * A likelihood at a step of training, nats an element.
   *
   * @param metric {@code validation_nll} or {@code train_nll}
   * @return null where it was not measured there
   */
  @Nullable Double at(long step, String metric) throws IOException {
    List<MetricsLog.Line> lines = RunFolder.metrics(folder.resolve(RunFolder.METRICS));
    if (metric.equals("train_nll")) {
      return trainNll(lines, step);
    }
    Double found = null;
    for (MetricsLog.Line line : lines) {
      if (line.step() == step && line.validationNll() != null) {
        found = line.validationNll();
      }
    }
    return found;
  }

  /** Tries a run that failed again. */
  void forgetFailure() throws IOException {
    RunResult result = result(folder);
    if (result != null && result.state() == RunResult.State.FAILED) {
      Files.delete(folder.resolve(RunFolder.RESULT));
    }
  }

  /**
   * Refuses a folder in which another run was begun under this name.
   *
   * @throws InputException naming what differs
   */
  void requireSame() throws IOException {
    Path file = folder.resolve(RunFolder.CONFIG);
    if (!Files.exists(file)) {
      return;
    }
    Map<String, String> now = run.options().given();
    JsonNode then = YamlText.read(file).path("given");
    List<String> keys = new ArrayList<>(now.keySet());
    keys.addAll(then.propertyNames());
    for (String key : keys) {
      String found = String.valueOf(now.getOrDefault(key, "nothing"));
      String began = then.path(key).asString("nothing");
      if (!found.equals(began)) {
        throw new InputException(
            "%s: was begun with %s %s, found %s; expected the same, another name or another --out"
                .formatted(folder, key, began, found));
      }
    }
  }
}
