package dev.chainrule.experiments.experiment;

import dev.chainrule.base.io.Json;
import dev.chainrule.core.engine.Compute;
import dev.chainrule.core.run.TrainingRun;
import dev.chainrule.experiments.cli.ShellWord;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import tools.jackson.databind.node.ObjectNode;

/** {@code config.yaml} of a run: what it was told, and what it has where it was told nothing. */
final class ResolvedConfig {
  private ResolvedConfig() {}

  static ObjectNode of(
      ExperimentPlan plan,
      ExperimentPlan.Run run,
      Compute compute,
      @Nullable TrainingRun<?> training) {
    RunOptions options = run.options();
    ObjectNode config = Json.mapper().createObjectNode();
    config.put("experiment", plan.name());
    config.put("run", run.name());
    config.put("kind", options.kind().text());
    config.put("metric", plan.metric());
    config.set("varied", Json.mapper().valueToTree(run.varied()));
    config.put("seed", run.seed());
    config.set("compute", Json.mapper().valueToTree(compute));
    Section section = training == null ? Section.EVALUATION : Section.TRAINING;
    List<String> words =
        options.words(
            section,
            List.of(
                "--seed=" + run.seed(),
                "--engine=" + compute.engine(),
                "--threads=" + compute.threads()));
    config.put(
        "command",
        command(options.modality(), section)
            + words.stream().map(ShellWord::of).collect(Collectors.joining(" ")));
    config.set("given", Json.mapper().valueToTree(options.given()));
    if (training != null) {
      ObjectNode all = (ObjectNode) training.options();
      ObjectNode recipe = all.objectNode();
      for (String key : List.of("batch_size", "schedule", "optimizer", "training")) {
        recipe.set(key, all.remove(key));
      }
      config.set("model", training.shape());
      config.set("data", all);
      config.set("training", recipe);
    }
    for (Section each : List.of(Section.EVALUATION, Section.SAMPLING)) {
      if (options.has(each)) {
        config.set(each.toString(), resolved(options, each));
      }
    }
    return config;
  }

  private static String command(Modality modality, Section section) {
    CommandLine line = modality.command(section);
    String group = modality.group().getAnnotation(CommandLine.Command.class).name();
    return "chainrule %s %s ".formatted(group, line == null ? "" : line.getCommandName());
  }

  /** All options of a section as the command has them. */
  private static ObjectNode resolved(RunOptions options, Section section) {
    boolean models = options.modality().train() != null;
    CommandLine line = options.command(section, models ? List.of("--model=checkpoint") : List.of());
    ObjectNode resolved = Json.mapper().createObjectNode();
    Map<String, OptionSpec> known = options.modality().options(section);
    for (OptionSpec option : line.getCommandSpec().options()) {
      String key = Modality.key(option);
      Object value = option.getValue();
      if (known.containsKey(key) && value != null) {
        resolved.set(
            key,
            Json.mapper()
                .valueToTree(value instanceof java.nio.file.Path path ? path.toString() : value));
      }
    }
    return resolved;
  }
}
