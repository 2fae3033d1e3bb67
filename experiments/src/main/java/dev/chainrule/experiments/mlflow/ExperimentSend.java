package dev.chainrule.experiments.mlflow;

import dev.chainrule.base.InputException;
import dev.chainrule.experiments.cli.Verb;
import dev.chainrule.experiments.experiment.RunFolder;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code chainrule experiment send}. */
@Command(
    name = "send",
    description =
        "Runs that have ended, in an MLflow server: settings, curves, what was measured, files."
            + " A run that is there already is not sent twice.")
public final class ExperimentSend extends Verb {
  @Parameters(
      arity = "1..*",
      paramLabel = "DIR",
      description = "Folders of experiments, or of single runs.")
  List<Path> folders = new ArrayList<>();

  @Option(
      names = "--to",
      paramLabel = "URI",
      description =
          "The server, such as http://127.0.0.1:5000 (default: MLFLOW_TRACKING_URI). Name and"
              + " password, or a token, are read from MLFLOW_TRACKING_USERNAME,"
              + " MLFLOW_TRACKING_PASSWORD and MLFLOW_TRACKING_TOKEN.")
  @Nullable String to;

  /** What became of all runs. */
  record Result(String server, List<Sent> runs) {}

  @Override
  protected Object run() throws Exception {
    URI server = server();
    List<RunFolder> runs = RunFolder.below(folders);
    List<Sent> all = new ArrayList<>();
    try (MlflowServer mlflow = new MlflowServer(server, System.getenv())) {
      for (RunFolder run : runs) {
        Sent sent = mlflow.send(run);
        output().println(run.path() + ": " + sent.sentence());
        all.add(sent);
      }
    }
    return new Result(server.toString(), all);
  }

  private URI server() {
    String uri = to == null ? System.getenv("MLFLOW_TRACKING_URI") : to;
    if (uri == null) {
      throw new InputException("--to: missing, and MLFLOW_TRACKING_URI is not set, expected a URI");
    }
    return MlflowServer.address(to == null ? "MLFLOW_TRACKING_URI" : "--to", uri);
  }
}
