package dev.chainrule.experiments.experiment;

import picocli.CommandLine.Command;

/** {@code chainrule experiment}. */
@Command(
    name = "experiment",
    description = "Runs of models from a file: sweeps, seeds, comparisons.",
    subcommands = {
      ExperimentRun.class,
      ExperimentResume.class,
      ExperimentList.class,
      ExperimentCompare.class
    })
public final class ExperimentCommand {}
