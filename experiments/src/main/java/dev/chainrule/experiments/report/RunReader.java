package dev.chainrule.experiments.report;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Json;
import dev.chainrule.base.io.Utf8File;
import dev.chainrule.core.train.MetricsLog;
import dev.chainrule.experiments.experiment.RunFolder;
import dev.chainrule.experiments.experiment.RunResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** Finds the runs of a folder: an experiment, one of its runs, or what a train command left. */
final class RunReader {
  private static final int TAIL = 5;
  private static final String LOG = "train.jsonl";
  private static final String CONFIG = "config.json";

  private RunReader() {}

  /**
   * The runs of a folder: its own, those of an experiment, or those in it.
   *
   * @throws InputException if there is none
   */
  static List<ReportedRun> read(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new InputException(folder + ": is no folder, expected one of a run or an experiment");
    }
    if (Files.isDirectory(folder.resolve("runs")) && !isTraining(folder)) {
      List<ReportedRun> runs = new ArrayList<>();
      for (RunFolder run : RunFolder.all(folder)) {
        runs.add(of(run));
      }
      if (!runs.isEmpty()) {
        return runs;
      }
    }
    if (Files.isRegularFile(folder.resolve("config.yaml"))) {
      return List.of(of(RunFolder.read(folder)));
    }
    if (isTraining(folder)) {
      return List.of(training(folder));
    }
    List<ReportedRun> inside = new ArrayList<>();
    try (Stream<Path> entries = Files.list(folder)) {
      for (Path entry : entries.sorted().toList()) {
        if (isTraining(entry)) {
          inside.add(training(entry));
        } else if (Files.isRegularFile(entry.resolve("config.yaml"))) {
          inside.add(of(RunFolder.read(entry)));
        }
      }
    }
    if (inside.isEmpty()) {
      throw new InputException(
          "%s: holds no run, expected the folder of an experiment, of a run, or what a train command wrote"
              .formatted(folder));
    }
    return inside;
  }

  private static boolean isTraining(Path folder) {
    return Files.isRegularFile(folder.resolve(CONFIG)) && Files.isRegularFile(folder.resolve(LOG));
  }

  static ReportedRun of(RunFolder run) {
    Map<String, String> settings = new LinkedHashMap<>();
    for (String part : List.of("given", "model", "data", "training", "evaluation", "sampling")) {
      settings.putAll(Flat.of(part, run.config().path(part)));
    }
    Map<String, Double> figures = measured(run.metrics());
    RunResult result = run.result();
    String state = run.metrics().isEmpty() ? "not begun" : "under way";
    if (result != null) {
      figures.putAll(result.metrics());
      figures.put("steps", (double) result.steps());
      figures.put("seconds", result.seconds());
      state = result.reason() == null ? "done" : result.state() + ": " + result.reason();
    }
    Map<String, String> provenance =
        run.provenance() == null
            ? Map.of()
            : Flat.of("", Json.mapper().valueToTree(run.provenance()));
    return new ReportedRun(
        run.name(),
        run.path(),
        run.experiment(),
        run.kind(),
        run.seed(),
        run.varied(),
        settings,
        run.metrics(),
        Figures.ordered(figures),
        provenance,
        Files.isRegularFile(run.checkpoint().resolve(CONFIG)) ? run.checkpoint() : null,
        run.samples(),
        state);
  }

  /** What a train command left: its checkpoint, with its log. */
  private static ReportedRun training(Path folder) throws IOException {
    JsonNode config = Json.read(folder.resolve(CONFIG), JsonNode.class);
    List<MetricsLog.Line> metrics = new ArrayList<>();
    String log = Utf8File.read(folder.resolve(LOG), "lines of JSON");
    for (String line : log.lines().toList()) {
      String origin = folder.resolve(LOG) + ":" + (metrics.size() + 1);
      metrics.add(Json.parse(line, origin, MetricsLog.Line.class));
    }
    JsonNode training = config.path("training");
    Map<String, String> settings = Flat.of("model", config.path("model"));
    settings.putAll(Flat.of("", training.path("options")));
    Map<String, String> provenance = new LinkedHashMap<>();
    provenance.put("folder", folder.toAbsolutePath().normalize().toString());
    for (String key : List.of("engine", "threads", "optimizer", "data_checksum")) {
      provenance.putAll(Flat.of(key, training.path(key)));
    }
    provenance.putAll(Flat.of("command", training.path("command_line")));
    Map<String, Double> figures = measured(metrics);
    figures.put("steps", training.path("progress").path("step").asDouble(0));
    return new ReportedRun(
        String.valueOf(folder.toAbsolutePath().normalize().getFileName()),
        folder,
        "",
        config.path("kind").asString(""),
        training.path("options").path("training").path("seed").asLong(0),
        Map.of(),
        settings,
        metrics,
        Figures.ordered(figures),
        provenance,
        folder,
        List.of(),
        state(training));
  }

  /** Whether it goes on, was stopped or ended before its last step is not known from its files. */
  private static String state(JsonNode training) {
    long done = training.path("progress").path("step").asLong(0);
    long steps = training.path("options").path("training").path("limits").path("steps").asLong(0);
    return done < steps ? String.format(Locale.ROOT, "%,d of %,d steps", done, steps) : "done";
  }

  /** The last of each measurement; of batches, whose likelihoods scatter, the mean of some. */
  private static Map<String, Double> measured(List<MetricsLog.Line> metrics) {
    Map<String, Double> figures = new LinkedHashMap<>();
    List<Double> learned = new ArrayList<>();
    for (MetricsLog.Line line : metrics) {
      Double heldOut = line.validationNll();
      if (heldOut != null && Double.isFinite(heldOut)) {
        figures.put("validation_nll", heldOut);
        figures.merge("best_validation_nll", heldOut, Math::min);
        figures.put("validation_bits_per_dim", heldOut / Math.log(2));
      }
      if (line.trainNll() != null) {
        learned.add(line.trainNll());
      }
      figures.put("seconds", line.seconds());
    }
    learned.subList(Math.max(0, learned.size() - TAIL), learned.size()).stream()
        .mapToDouble(d -> d)
        .average()
        .ifPresent(mean -> figures.put("train_nll", mean));
    return figures;
  }
}
