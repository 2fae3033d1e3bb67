package dev.chainrule.experiments.experiment;

import dev.chainrule.experiments.cli.Verb;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code chainrule experiment compare}. */
@Command(
    name = "compare",
    description =
        "Settings beside each other: mean and deviation over seeds, and where there are two,"
            + " Welch's t-test of whether they differ.")
final class ExperimentCompare extends Verb {
  @Parameters(
      arity = "1..*",
      paramLabel = "DIR",
      description = "Folders of experiments, or of single runs.")
  List<Path> folders = new ArrayList<>();

  @Option(
      names = "--metric",
      paramLabel = "NAME",
      description = "What is compared, less being better (default: the first experiment's).")
  @Nullable String metric;

  @Override
  protected Object run() throws Exception {
    List<RunFolder> runs = RunFolder.below(folders);
    String usual = runs.getFirst().config().path("metric").asString("validation_nll");
    String wanted = metric == null ? usual : metric;
    Comparison comparison = Comparison.of(wanted, runs);
    List<RunResult> results =
        runs.stream().map(RunFolder::result).filter(Objects::nonNull).toList();
    ExperimentVerb.requireMeasured(metric == null ? "metric" : "--metric", comparison, results);
    ExperimentVerb.print(comparison, output());
    return comparison;
  }
}
