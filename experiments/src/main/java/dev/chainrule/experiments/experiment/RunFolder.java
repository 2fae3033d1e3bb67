package dev.chainrule.experiments.experiment;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Json;
import dev.chainrule.core.train.MetricsLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What the folder of one run holds, as it is now: of a run that goes on, what it has written so
 * far.
 *
 * @param path the folder, {@code OUT/EXPERIMENT/runs/RUN}
 * @param config all that the run was told, defaults included: {@code config.yaml}. Its keys: {@code
 *     experiment}, {@code run}, {@code kind} (such as {@code text.gpt}), {@code varied} (what
 *     differs between runs, values by dotted key), {@code seed}, {@code compute}, {@code command},
 *     {@code model}, {@code data}, {@code training}, {@code evaluation}, {@code sampling}
 * @param provenance by what it was made; null before it began
 * @param metrics lines of {@code metrics.jsonl}, by step
 * @param result how it ended; null before
 * @param evaluation what the evaluation measured, as the {@code eval} command of the modality
 *     prints it with {@code --json}: {@code evaluation.json}; null where there is none
 * @param samples files of the folder {@code samples}, by name: PNG, WAV, CSV of forecasts, and
 *     {@code samples.txt} of texts with {@code samples.json} of their tokens
 */
public record RunFolder(
    Path path,
    JsonNode config,
    @Nullable Provenance provenance,
    List<MetricsLog.Line> metrics,
    @Nullable RunResult result,
    @Nullable JsonNode evaluation,
    List<Path> samples) {
  static final String CONFIG = "config.yaml";
  static final String PROVENANCE = "provenance.json";
  static final String METRICS = "metrics.jsonl";
  static final String RESULT = "result.json";
  static final String EVALUATION = "evaluation.json";
  static final String LOG = "log.txt";
  static final String CHECKPOINT = "checkpoint";
  static final String SAMPLES = "samples";
  static final String RUNS = "runs";

  public RunFolder {
    metrics = List.copyOf(metrics);
    samples = List.copyOf(samples);
  }

  /**
   * The folder of a run.
   *
   * @throws InputException if it is none, or a file in it is not what it should be
   */
  public static RunFolder read(Path folder) throws IOException {
    Path config = folder.resolve(CONFIG);
    if (!Files.isRegularFile(config)) {
      throw new InputException(
          folder + ": holds no " + CONFIG + ", expected the folder of an experiment's run");
    }
    return new RunFolder(
        folder,
        YamlText.read(config),
        optional(folder.resolve(PROVENANCE), Provenance.class),
        metrics(folder.resolve(METRICS)),
        optional(folder.resolve(RESULT), RunResult.class),
        optional(folder.resolve(EVALUATION), JsonNode.class),
        samples(folder.resolve(SAMPLES)));
  }

  /**
   * The runs of an experiment, by name.
   *
   * @param experiment its folder, {@code OUT/EXPERIMENT}
   * @throws InputException if it is none
   */
  public static List<RunFolder> all(Path experiment) throws IOException {
    Path runs = experiment.resolve(RUNS);
    if (!Files.isDirectory(runs)) {
      throw new InputException(
          experiment + ": holds no folder " + RUNS + ", expected the folder of an experiment");
    }
    List<RunFolder> all = new ArrayList<>();
    try (Stream<Path> folders = Files.list(runs)) {
      for (Path folder : folders.sorted().toList()) {
        if (Files.isRegularFile(folder.resolve(CONFIG))) {
          all.add(read(folder));
        }
      }
    }
    return all;
  }

  /**
   * The runs in several folders, each of an experiment or of a single run.
   *
   * @throws InputException if one is neither, or no run has begun in any
   */
  public static List<RunFolder> below(List<Path> folders) throws IOException {
    List<RunFolder> runs = new ArrayList<>();
    for (Path folder : folders) {
      if (Files.isRegularFile(folder.resolve(CONFIG))) {
        runs.add(read(folder));
      } else {
        runs.addAll(all(folder));
      }
    }
    if (runs.isEmpty()) {
      throw new InputException(folders + ": no run has begun there, expected at least one");
    }
    return runs;
  }

  /** The files that say what the run was and gave, its samples last; without the checkpoint. */
  public List<Path> files() {
    List<String> names = List.of(CONFIG, PROVENANCE, METRICS, RESULT, EVALUATION, LOG);
    return Stream.concat(
            names.stream().map(path::resolve).filter(Files::isRegularFile), samples.stream())
        .toList();
  }

  /** The same, ended. */
  RunFolder ended(RunResult end) {
    return new RunFolder(path, config, provenance, metrics, end, evaluation, samples);
  }

  /** Its name among the runs of the experiment. */
  public String name() {
    return config.path("run").asString(String.valueOf(path.getFileName()));
  }

  /** The experiment's name. */
  public String experiment() {
    return config.path("experiment").asString("");
  }

  /** The kind of model, such as {@code text.gpt}. */
  public String kind() {
    return config.path("kind").asString("");
  }

  /** Seed of all its random numbers. */
  public long seed() {
    return config.path("seed").asLong(0);
  }

  /** What differs between the experiment's runs but for the seed: values by dotted key, sorted. */
  public SortedMap<String, String> varied() {
    TreeMap<String, String> varied = new TreeMap<>();
    JsonNode node = config.path("varied");
    for (String key : node.propertyNames()) {
      varied.put(key, node.path(key).asString(""));
    }
    return varied;
  }

  /** The model's folder, which every command opens; it need not be there yet. */
  public Path checkpoint() {
    return path.resolve(CHECKPOINT);
  }

  private static <T> @Nullable T optional(Path file, Class<T> type) throws IOException {
    return Files.isRegularFile(file) ? Json.read(file, type) : null;
  }

  /** All whole lines: the last may be on its way to the disk. */
  static List<MetricsLog.Line> metrics(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      return List.of();
    }
    String text = Files.readString(file);
    List<MetricsLog.Line> lines = new ArrayList<>();
    int begin = 0;
    for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', begin)) {
      String origin = file + ":" + (lines.size() + 1);
      lines.add(Json.parse(text.substring(begin, end), origin, MetricsLog.Line.class));
      begin = end + 1;
    }
    return List.copyOf(lines);
  }

  private static List<Path> samples(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> !Objects.requireNonNull(file.getFileName()).toString().startsWith("."))
          .sorted()
          .toList();
    }
  }
}
