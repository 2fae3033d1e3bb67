package dev.chainrule.experiments.mlflow;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Json;
import dev.chainrule.experiments.experiment.Provenance;
import dev.chainrule.experiments.experiment.RunFolder;
import dev.chainrule.experiments.experiment.RunResult;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.mlflow.api.proto.Service.CreateRun;
import org.mlflow.api.proto.Service.Experiment;
import org.mlflow.api.proto.Service.Metric;
import org.mlflow.api.proto.Service.Param;
import org.mlflow.api.proto.Service.Run;
import org.mlflow.api.proto.Service.RunInfo;
import org.mlflow.api.proto.Service.RunStatus;
import org.mlflow.api.proto.Service.RunTag;
import org.mlflow.api.proto.Service.ViewType;
import org.mlflow.tracking.MlflowClient;
import org.mlflow.tracking.MlflowClientException;
import org.mlflow.tracking.MlflowHttpException;
import org.mlflow.tracking.Page;
import org.mlflow.tracking.creds.BasicMlflowHostCreds;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * A server of MLflow that runs are sent to, by MLflow's own client. Each experiment of ours is one
 * of MLflow's by name, each run one of its runs. A run carries a tag by which it is known again:
 * one that is there to its end is left alone, and one that a kill left half sent is sent anew.
 */
public final class MlflowServer implements AutoCloseable {
  private static final String KEY = "chainrule.run";
  // What the server takes in one request.
  private static final int METRICS = 1000;
  private static final int PARAMS = 100;
  private static final int PAGE = 1000;

  // It warns of every answer that it will ask for again; what comes of it in the end is said once.
  private static final Logger CLIENT_LOG = Logger.getLogger("org.mlflow");

  private final URI uri;
  private final MlflowClient client;
  private final ArtifactStore artifacts;

  /**
   * Connects when the first run is sent.
   *
   * @param uri of the server, HTTP or HTTPS
   * @param environment in which {@code MLFLOW_TRACKING_USERNAME} and the like may stand
   */
  public MlflowServer(URI uri, Map<String, String> environment) {
    this.uri = uri;
    CLIENT_LOG.setLevel(Level.SEVERE);
    client = new MlflowClient(credentials(uri, environment));
    artifacts = new ArtifactStore(uri, environment);
  }

  /** The client itself looks for none where it is told an address. */
  private static BasicMlflowHostCreds credentials(URI uri, Map<String, String> environment) {
    return new BasicMlflowHostCreds(
        uri.toString(),
        environment.get("MLFLOW_TRACKING_USERNAME"),
        environment.get("MLFLOW_TRACKING_PASSWORD"),
        environment.get("MLFLOW_TRACKING_TOKEN"),
        false);
  }

  /**
   * The address that an option gives.
   *
   * @param origin name of the option, for messages
   * @throws InputException if it is none of HTTP
   */
  public static URI address(String origin, String text) {
    String expected = ", expected an address such as http://127.0.0.1:5000";
    try {
      URI uri = URI.create(text);
      boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      if (!http || uri.getHost() == null) {
        throw new InputException(origin + ": " + text + expected);
      }
      return URI.create(text.replaceAll("/+$", ""));
    } catch (IllegalArgumentException e) {
      throw new InputException(origin + ": " + text + expected, e);
    }
  }

  /**
   * Sends a run that has ended.
   *
   * @throws InputException if the server cannot be reached, or refuses it
   */
  public Sent send(RunFolder run) throws IOException, InterruptedException {
    String name = run.path().toString();
    Provenance provenance = run.provenance();
    RunResult result = run.result();
    if (provenance == null || result == null) {
      return Sent.not(name, null, Sent.State.RUNNING);
    }
    try {
      String experiment = experiment(run.experiment());
      String key = key(run, provenance);
      for (RunInfo found : found(experiment, key)) {
        if (found.getStatus() != RunStatus.RUNNING) {
          return Sent.not(name, found.getRunId(), Sent.State.THERE);
        }
        client.deleteRun(found.getRunId());
      }
      return send(run, provenance, result, experiment, key);
    } catch (MlflowClientException e) {
      throw new InputException(uri + ": " + name + ": " + reason(e), e);
    }
  }

  private Sent send(
      RunFolder run, Provenance provenance, RunResult result, String experiment, String key)
      throws IOException, InterruptedException {
    String ended = Objects.requireNonNullElse(provenance.ended(), provenance.started());
    RunInfo made =
        client.createRun(
            CreateRun.newBuilder()
                .setExperimentId(experiment)
                .setStartTime(RunValues.millis(provenance.started()))
                .addTags(RunValues.tag(KEY, key))
                .addTags(RunValues.tag("mlflow.runName", run.name()))
                .build());
    RunValues values = RunValues.of(run, provenance, result, ended);
    for (List<Param> params : parts(values.params(), PARAMS)) {
      client.logBatch(made.getRunId(), List.of(), params, List.of());
    }
    for (List<RunTag> tags : parts(values.tags(), PARAMS)) {
      client.logBatch(made.getRunId(), List.of(), List.of(), tags);
    }
    for (List<Metric> metrics : parts(values.metrics(), METRICS)) {
      client.logBatch(made.getRunId(), metrics, List.of(), List.of());
    }
    List<String> files = new ArrayList<>();
    String left = artifacts.refusal(made.getArtifactUri());
    if (left == null) {
      for (Path file : run.files()) {
        String name = run.path().relativize(file).toString().replace('\\', '/');
        String refused = artifacts.put(made.getArtifactUri(), name, file);
        if (refused == null) {
          files.add(name);
        } else {
          left = left == null ? refused : left + ", " + refused;
        }
      }
    }
    client.setTerminated(made.getRunId(), status(result), RunValues.millis(ended));
    return new Sent(
        run.path().toString(),
        made.getRunId(),
        Sent.State.SENT,
        values.params().size(),
        values.metrics().size(),
        files,
        left);
  }

  /** Of that name, by going through them all: the client tries anew where a name is not there. */
  private String experiment(String name) {
    Page<Experiment> page = client.searchExperiments("", ViewType.ALL, PAGE, List.of());
    while (true) {
      for (Experiment there : page.getItems()) {
        if (there.getName().equals(name)) {
          if (there.getLifecycleStage().equals("deleted")) {
            throw new InputException(
                "%s: its experiment %s is deleted, expected one that takes runs"
                    .formatted(uri, name));
          }
          return there.getExperimentId();
        }
      }
      if (!page.hasNextPage()) {
        return client.createExperiment(name);
      }
      page = page.getNextPage();
    }
  }

  private List<RunInfo> found(String experiment, String key) {
    String filter = "tags.\"%s\" = '%s'".formatted(KEY, key);
    return client
        .searchRuns(List.of(experiment), filter, ViewType.ACTIVE_ONLY, 10)
        .getItems()
        .stream()
        .map(Run::getInfo)
        .toList();
  }

  /** The same of a run whenever it is sent, and another one when it was run anew. */
  private static String key(RunFolder run, Provenance provenance) {
    String words =
        String.join("\n", run.experiment(), run.name(), provenance.host(), provenance.started());
    return UUID.nameUUIDFromBytes(words.getBytes(StandardCharsets.UTF_8)).toString();
  }

  private static RunStatus status(RunResult result) {
    return switch (result.state()) {
      case DONE -> RunStatus.FINISHED;
      case FAILED -> RunStatus.FAILED;
      case CUT -> RunStatus.KILLED;
    };
  }

  /** The server's own words, or why there are none. */
  private static String reason(MlflowClientException failure) {
    String expected = ", expected a server of MLflow";
    if (failure instanceof MlflowHttpException http) {
      String answer = "answered " + http.getStatusCode();
      if (http.getStatusCode() == 401 || http.getStatusCode() == 403) {
        return answer
            + ", expected that it takes MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or"
            + " MLFLOW_TRACKING_TOKEN, of the environment";
      }
      String said = message(Objects.requireNonNullElse(http.getBodyMessage(), ""));
      return said == null ? answer + expected : answer + ": " + said;
    }
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return Objects.requireNonNullElse(cause.getMessage(), cause.getClass().getSimpleName())
        + expected;
  }

  /** What a server of MLflow says of a request; null if it is none. */
  private static @Nullable String message(String body) {
    try {
      JsonNode message = Json.mapper().readTree(body).path("message");
      return message.isString() ? message.asString() : null;
    } catch (JacksonException e) {
      return null;
    }
  }

  private static <T> List<List<T>> parts(List<T> all, int most) {
    List<List<T>> parts = new ArrayList<>();
    for (int begin = 0; begin < all.size(); begin += most) {
      parts.add(all.subList(begin, Math.min(begin + most, all.size())));
    }
    return parts;
  }

  @Override
  public void close() {
    client.close();
    artifacts.close();
  }
}
