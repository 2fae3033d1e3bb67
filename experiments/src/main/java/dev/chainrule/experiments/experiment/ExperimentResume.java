package dev.chainrule.experiments.experiment;

import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code chainrule experiment resume}. */
@Command(
    name = "resume",
    description = "Go on with an experiment that was stopped or killed; what is done stays so.")
final class ExperimentResume extends ExperimentVerb {
  @Parameters(paramLabel = "DIR", description = "The experiment's folder.")
  Path folder;

  @Option(names = "--failed", description = "Try runs that failed again.")
  boolean failed;

  @Override
  protected Object run() throws Exception {
    Experiment experiment = Experiment.open(folder);
    return done(failed ? experiment.tryingFailed() : experiment);
  }
}
