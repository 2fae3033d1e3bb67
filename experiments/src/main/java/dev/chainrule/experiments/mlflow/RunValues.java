package dev.chainrule.experiments.mlflow;

import dev.chainrule.core.train.MetricsLog;
import dev.chainrule.experiments.experiment.Provenance;
import dev.chainrule.experiments.experiment.RunFolder;
import dev.chainrule.experiments.experiment.RunResult;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.mlflow.api.proto.Service.Metric;
import org.mlflow.api.proto.Service.Param;
import org.mlflow.api.proto.Service.RunTag;
import tools.jackson.databind.JsonNode;

/**
 * A run in the words of MLflow.
 *
 * @param params settings by dotted key, as {@code config.yaml} nests them
 * @param metrics curves by the names of {@code metrics.jsonl}, and {@code result/NAME} of what
 *     {@code result.json} has
 * @param tags by what it was made
 */
record RunValues(List<Param> params, List<Metric> metrics, List<RunTag> tags) {
  private static final List<String> SECTIONS =
      List.of("kind", "seed", "compute", "model", "data", "training", "evaluation", "sampling");

  private static final int LONGEST_KEY = 250;

  /** Milliseconds since 1970 of a time of {@code provenance.json}. */
  static long millis(String time) {
    return Instant.parse(time).toEpochMilli();
  }

  static RunValues of(RunFolder run, Provenance provenance, RunResult result, String end) {
    Map<String, String> settings = new TreeMap<>();
    for (String section : SECTIONS) {
      flatten(section, run.config().path(section), settings);
    }
    List<Param> params = new ArrayList<>();
    settings.forEach(
        (key, value) -> params.add(Param.newBuilder().setKey(key).setValue(value).build()));
    return new RunValues(
        params,
        metrics(run, millis(provenance.started()), result, millis(end)),
        tags(provenance, run, result));
  }

  private static void flatten(String key, JsonNode node, Map<String, String> settings) {
    if (node.isObject()) {
      for (String name : node.propertyNames()) {
        flatten(key + "." + name, node.path(name), settings);
      }
    } else if (node.isContainer()) {
      settings.put(key, node.toString());
    } else if (!node.isMissingNode() && !node.isNull()) {
      settings.put(key, node.asString());
    }
  }

  private static List<Metric> metrics(RunFolder run, long begun, RunResult result, long ended) {
    List<Metric> metrics = new ArrayList<>();
    for (MetricsLog.Line line : run.metrics()) {
      long time = begun + Math.round(1000 * line.seconds());
      add("train_nll", line.trainNll(), line.step(), time, metrics);
      add("gradient_norm", line.gradientNorm(), line.step(), time, metrics);
      add("learning_rate", line.learningRate(), line.step(), time, metrics);
      add("validation_nll", line.validationNll(), line.step(), time, metrics);
      add("validation_bits_per_dim", line.validationBitsPerDim(), line.step(), time, metrics);
    }
    result
        .metrics()
        .forEach((name, value) -> add("result/" + name, value, result.steps(), ended, metrics));
    add("result/seconds", result.seconds(), result.steps(), ended, metrics);
    return metrics;
  }

  private static void add(
      String name, @Nullable Double value, long step, long time, List<Metric> metrics) {
    if (value != null) {
      metrics.add(
          Metric.newBuilder()
              .setKey(name)
              .setValue(value)
              .setStep(step)
              .setTimestamp(time)
              .build());
    }
  }

  private static List<RunTag> tags(Provenance provenance, RunFolder run, RunResult result) {
    Map<String, String> tags = new TreeMap<>();
    tags.put("chainrule.version", provenance.version());
    tags.put("chainrule.state", result.state().toString());
    tags.put("chainrule.host", provenance.host());
    tags.put("chainrule.jdk", provenance.jdk());
    tags.put("chainrule.processor", provenance.processor());
    tags.put("chainrule.blas", provenance.blas());
    tags.put("mlflow.source.name", run.config().path("command").asString(""));
    put("mlflow.source.git.commit", provenance.commit(), tags);
    put("mlflow.note.content", result.reason(), tags);
    for (Provenance.DataFile file : provenance.data()) {
      put(key("chainrule.sha256 ", file.name()), file.sha256(), tags);
    }
    List<RunTag> all = new ArrayList<>();
    tags.forEach((key, value) -> all.add(tag(key, value)));
    return all;
  }

  /** A name as a tag may have it: what stands for another path is refused, and what is long. */
  private static String key(String prefix, String name) {
    String plain = Path.of(name).normalize().toString().replaceAll("[^A-Za-z0-9_./ -]", "_");
    int most = LONGEST_KEY - prefix.length();
    return prefix + plain.substring(Math.max(0, plain.length() - most));
  }

  private static void put(String key, @Nullable String value, Map<String, String> tags) {
    if (value != null) {
      tags.put(key, value);
    }
  }

  static RunTag tag(String key, String value) {
    return RunTag.newBuilder().setKey(key).setValue(value).build();
  }
}
