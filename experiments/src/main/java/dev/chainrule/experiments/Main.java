package dev.chainrule.experiments;

import dev.chainrule.experiments.arima.ArimaCommand;
import dev.chainrule.experiments.bench.BenchCommand;
import dev.chainrule.experiments.cli.CompletionCommand;
import dev.chainrule.experiments.cli.QuietLogging;
import dev.chainrule.experiments.cli.StopRequest;
import dev.chainrule.experiments.cli.Version;
import dev.chainrule.experiments.demo.DemoCommand;
import dev.chainrule.experiments.doctor.DoctorCommand;
import dev.chainrule.experiments.experiment.ExperimentCommand;
import dev.chainrule.experiments.forecast.ForecastCommand;
import dev.chainrule.experiments.notebook.NotebookCommand;
import dev.chainrule.experiments.pixelcnn.PixelCommand;
import dev.chainrule.experiments.text.TextCommand;
import dev.chainrule.experiments.timeseries.TimeseriesCommand;
import dev.chainrule.experiments.training.EvalCommand;
import dev.chainrule.experiments.wavenet.WaveNetCommand;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ScopeType;

/** The {@code chainrule} command line. */
@Command(
    name = "chainrule",
    description = "Autoregressive models of text, images, audio and time series.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    showDefaultValues = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    scope = ScopeType.INHERIT,
    subcommands = {
      DemoCommand.class,
      ForecastCommand.class,
      TextCommand.class,
      TimeseriesCommand.class,
      ArimaCommand.class,
      PixelCommand.class,
      WaveNetCommand.class,
      EvalCommand.class,
      ExperimentCommand.class,
      BenchCommand.class,
      NotebookCommand.class,
      DoctorCommand.class,
      CompletionCommand.class,
    })
public final class Main {
  Main() {}

  /** Runs one command and ends the JVM with its exit code: 0, 1 on failure, 2 on wrong usage. */
  public static void main(String[] args) {
    QuietLogging.install();
    int exitCode = CommandTree.of(args).execute(args);
    System.exit(StopRequest.exitCode(exitCode));
  }

  /**
   * The command that words make, its options read, without doing anything.
   *
   * @throws picocli.CommandLine.ParameterException if they make none
   */
  public static Object command(List<String> words) {
    String[] all = words.toArray(String[]::new);
    CommandLine line = CommandTree.of(all);
    CommandLine.ParseResult read = line.parseArgs(all);
    while (read.hasSubcommand()) {
      read = read.subcommand();
    }
    return read.commandSpec().userObject();
  }

  /** The whole tree of commands, ready to be executed. */
  public static CommandLine commandLine() {
    return CommandTree.whole();
  }
}
