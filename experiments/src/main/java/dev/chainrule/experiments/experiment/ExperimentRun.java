package dev.chainrule.experiments.experiment;

import dev.chainrule.experiments.cli.Target;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code chainrule experiment run}. */
@Command(
    name = "run",
    description =
        "Do what an experiment's file says; its folder in --out gets a folder for each run. What is"
            + " done there is not done again.")
final class ExperimentRun extends ExperimentVerb {
  @Parameters(paramLabel = "FILE", description = "The experiment: YAML.")
  Path file;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Stands over the file: --set training.steps=200 --set seeds=[1,2].")
  List<String> sets = new ArrayList<>();

  @Override
  protected Target target() {
    return new Target.Folder(Path.of("runs"));
  }

  @Override
  protected Object run() throws Exception {
    return done(Experiment.begin(file, sets, Objects.requireNonNull(out())));
  }
}
