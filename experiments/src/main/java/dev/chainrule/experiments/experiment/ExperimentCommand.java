package dev.chainrule.experiments.experiment;

import dev.chainrule.experiments.mlflow.ExperimentSend;
import dev.chainrule.experiments.report.ReportCommand;
import picocli.CommandLine.Command;

/** {@code chainrule experiment}. */
@Command(
    name = "experiment",
    description = "Runs of models from a file: sweeps, seeds, comparisons, reports.",
    subcommands = {
      ExperimentRun.class,
      ExperimentResume.class,
      ExperimentList.class,
      ExperimentCompare.class,
      ReportCommand.class,
      ExperimentSend.class
    })
public final class ExperimentCommand {}
