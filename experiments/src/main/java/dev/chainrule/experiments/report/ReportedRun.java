package dev.chainrule.experiments.report;

import dev.chainrule.core.train.MetricsLog;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * A run, wherever it was made, as reports show it.
 *
 * @param name short, among those of the report
 * @param path its folder
 * @param experiment what it belongs to; empty for a run of its own
 * @param kind of the model
 * @param seed of its random numbers
 * @param varied settings in which the runs of its experiment differ, but for the seed
 * @param settings all, by dotted key
 * @param metrics lines of its log, by step
 * @param figures by name in snake_case: what it ended with
 * @param provenance by what it was made, by key
 * @param checkpoint the model's folder; null where there is none yet
 * @param samples files of samples that it left
 * @param state done, failed and why, or under way
 */
record ReportedRun(
    String name,
    Path path,
    String experiment,
    String kind,
    long seed,
    Map<String, String> varied,
    Map<String, String> settings,
    List<MetricsLog.Line> metrics,
    Map<String, Double> figures,
    Map<String, String> provenance,
    @Nullable Path checkpoint,
    List<Path> samples,
    String state) {
  ReportedRun {
    varied = Collections.unmodifiableMap(new LinkedHashMap<>(varied));
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
    provenance = Collections.unmodifiableMap(new LinkedHashMap<>(provenance));
    metrics = List.copyOf(metrics);
    samples = List.copyOf(samples);
  }

  /** The same under another name, varied otherwise. */
  ReportedRun named(String other, Map<String, String> differences) {
    return new ReportedRun(
        other,
        path,
        experiment,
        kind,
        seed,
        differences,
        settings,
        metrics,
        figures,
        provenance,
        checkpoint,
        samples,
        state);
  }

  /**
   * The same with these files of samples.
   *
   * @param model what says how probable they are; null for nothing
   */
  ReportedRun with(List<Path> files, @Nullable Path model) {
    return new ReportedRun(
        name,
        path,
        experiment,
        kind,
        seed,
        varied,
        settings,
        metrics,
        figures,
        provenance,
        model,
        files,
        state);
  }

  /** What it ended with, if it was measured. */
  OptionalDouble figure(String key) {
    Double value = figures.get(key);
    return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
  }

  /** What its likelihoods are of. */
  String element() {
    return switch (modality()) {
      case "text" -> "token";
      case "wavenet" -> "sample";
      default -> "value";
    };
  }

  /** The module that its kind of model belongs to. */
  String modality() {
    return kind.contains(".") ? kind.substring(0, kind.indexOf('.')) : kind;
  }
}
