package dev.chainrule.experiments.mlflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Json;
import dev.chainrule.core.train.MetricsLog;
import dev.chainrule.experiments.experiment.RunFolder;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MlflowServerTest {
  @TempDir Path folder;
  private FakeServer server;

  @BeforeEach
  void start() throws IOException {
    server = new FakeServer();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  /** A run of 1,200 lines of metrics, more than one request takes. */
  private RunFolder run(String result) throws IOException {
    return run(result, "a text's.txt");
  }

  private RunFolder run(String result, String data) throws IOException {
    Path run = Files.createDirectories(folder.resolve("rate=0.1,seed=2"));
    Files.writeString(
        run.resolve("config.yaml"),
        """
        experiment: rates
        run: rate=0.1,seed=2
        kind: text.gpt
        seed: 2
        command: chainrule text train
        model:
          config: {width: 16, layers: [1, 2]}
        data: {vectors: null}
        """);
    Files.writeString(
        run.resolve("provenance.json"),
        """
        {"version": "0.1", "commit": "abc", "clean": true, "jdk": "25", "processor": "one",
         "cores": 2, "blas": "none", "gpus": [], "engine": "vector", "threads": 2, "host": "here",
         "started": "2026-01-02T03:04:05Z", "ended": "2026-01-02T03:05:05Z",
         "data": [{"name": "%s", "bytes": 3, "sha256": "0f"}]}
        """
            .formatted(data));
    StringBuilder lines = new StringBuilder();
    for (int step = 1; step <= 1200; step++) {
      double seconds = step + 0.5;
      lines.append(
          Json.line(new MetricsLog.Line(step, 2.5, null, null, null, null, seconds)) + "\n");
    }
    Files.writeString(run.resolve("metrics.jsonl"), lines);
    if (!result.isEmpty()) {
      Files.writeString(run.resolve("result.json"), result);
    }
    Files.createDirectories(run.resolve("samples"));
    Files.write(run.resolve("samples/one of these.png"), new byte[] {1, 2, 3});
    return RunFolder.read(run);
  }

  private static String done() {
    return """
    {"state": "done", "reason": null, "steps": 1200, "seconds": 60.0,
     "metrics": {"validation_nll": 2.25}}
    """;
  }

  private Sent send(RunFolder run) throws Exception {
    try (MlflowServer mlflow = new MlflowServer(server.uri(), Map.of())) {
      return mlflow.send(run);
    }
  }

  @Test
  void aRunIsThereWithSettingsCurvesResultsAndFiles() throws Exception {
    Sent sent = send(run(done()));
    FakeServer.Sent there = server.runs.get("r0");
    assertThat(server.experiments).containsExactly("rates");
    assertThat(there.params)
        .containsEntry("model.config.width", "16")
        .containsEntry("model.config.layers", "[1,2]")
        .containsEntry("kind", "text.gpt")
        .doesNotContainKey("data.vectors");
    assertThat(there.tags)
        .containsEntry("mlflow.runName", "rate=0.1,seed=2")
        .containsEntry("mlflow.source.git.commit", "abc")
        .containsEntry("chainrule.sha256 a text_s.txt", "0f");
    assertThat(there.metrics).hasSize(1202).hasSize(sent.metrics());
    assertThat(there.metrics.getFirst().path("timestamp").asLong())
        .isEqualTo(Instant.parse("2026-01-02T03:04:06.5Z").toEpochMilli());
    assertThat(there.metrics.get(1200).path("key").asString()).isEqualTo("result/validation_nll");
    assertThat(there.metrics.get(1200).path("value").asDouble()).isEqualTo(2.25);
    assertThat(there.status).isEqualTo("FINISHED");
    assertThat(server.files.get("0/r0/artifacts/samples/one of these.png"))
        .containsExactly(1, 2, 3);
    assertThat(server.files).containsKey("0/r0/artifacts/config.yaml").hasSize(5);
  }

  @Test
  void aFileThatTheServerDoesNotTakeIsNamedAndTheRestIsSent() throws Exception {
    Path run = run(done()).path();
    Files.write(run.resolve("samples/one#two.png"), new byte[] {4});
    Sent sent = send(RunFolder.read(run));
    assertThat(sent.filesLeft()).isEqualTo("the server answered 400 to samples/one#two.png");
    assertThat(sent.files()).contains("samples/one of these.png", "config.yaml");
    assertThat(server.runs.get("r0").status).isEqualTo("FINISHED");
  }

  @Test
  void aRunThatIsThereIsLeftAlone() throws Exception {
    send(run(done()));
    Sent again = send(run(done()));
    assertThat(again.state()).isEqualTo(Sent.State.THERE);
    assertThat(again.id()).isEqualTo("r0");
    assertThat(server.runs).hasSize(1);
  }

  @Test
  void whatWasHalfSentIsSentAnew() throws Exception {
    send(run(done()));
    server.runs.get("r0").status = "RUNNING";
    assertThat(send(run(done())).state()).isEqualTo(Sent.State.SENT);
    assertThat(server.deleted).containsExactly("r0");
  }

  @Test
  void aRunThatGoesOnIsNotSent() throws Exception {
    assertThat(send(run("")).state()).isEqualTo(Sent.State.RUNNING);
    assertThat(server.runs).isEmpty();
  }

  @Test
  void aFailedRunIsSentAsFailedWithItsReason() throws Exception {
    send(
        run(
            """
            {"state": "failed", "reason": "no room", "steps": 3, "seconds": 1.0, "metrics": {}}
            """));
    assertThat(server.runs.get("r0").status).isEqualTo("FAILED");
    assertThat(server.runs.get("r0").tags).containsEntry("mlflow.note.content", "no room");
  }

  @Test
  void aFilesNameIsATagThatTheServerTakes() throws Exception {
    send(run(done(), "a/../b//" + "x".repeat(300) + "/"));
    assertThat(server.runs.get("r0").tags)
        .containsEntry("chainrule.sha256 " + "x".repeat(250 - "chainrule.sha256 ".length()), "0f");
  }

  @ParameterizedTest
  @CsvSource({
    "user, a \"word\", '', Basic dXNlcjphICJ3b3JkIg==",
    "'', '', secret, Bearer secret",
    "user, word, secret, Basic dXNlcjp3b3Jk"
  })
  void nameAndPasswordOrATokenComeWithEveryRequest(
      String user, String password, String token, String header) throws Exception {
    server.authorization = header;
    Map<String, String> environment = new HashMap<>();
    environment.put("MLFLOW_TRACKING_USERNAME", user);
    environment.put("MLFLOW_TRACKING_PASSWORD", password);
    environment.put("MLFLOW_TRACKING_TOKEN", token);
    environment.values().removeIf(String::isEmpty);
    try (MlflowServer mlflow = new MlflowServer(server.uri(), environment)) {
      assertThat(mlflow.send(run(done())).state()).isEqualTo(Sent.State.SENT);
    }
    assertThat(server.files).isNotEmpty();
  }

  @Test
  void whatAServerRefusesIsSaidInItsWords() throws Exception {
    RunFolder run = run(done());
    server.authorization = "Basic other";
    assertThatThrownBy(() -> send(run))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("answered 401, expected that it takes MLFLOW_TRACKING_USERNAME");
    server.authorization = "";
    server.refusal = 400;
    server.said = "{\"error_code\": \"INVALID\", \"message\": \"no such thing\"}";
    assertThatThrownBy(() -> send(run))
        .hasMessage(server.uri() + ": " + run.path() + ": answered 400: no such thing");
    server.said = "<html>";
    assertThatThrownBy(() -> send(run))
        .hasMessage(
            server.uri() + ": " + run.path() + ": answered 400, expected a server of MLflow");
  }

  @Test
  void aServerThatIsNotThereIsNamed() throws Exception {
    URI none = server.uri();
    server.close();
    RunFolder run = run(done());
    try (MlflowServer mlflow = new MlflowServer(none, Map.of())) {
      assertThatThrownBy(() -> mlflow.send(run))
          .isInstanceOf(InputException.class)
          .hasMessageContaining(none.toString())
          .hasMessageContaining("expected a server of MLflow");
    }
  }

  @Test
  void anAddressOtherThanOfHttpIsRefused() {
    for (String address : new String[] {"runs", "file:///tmp", "http:/x", "http://a b", ""}) {
      assertThatThrownBy(() -> MlflowServer.address("--to", address))
          .isInstanceOf(InputException.class)
          .hasMessageStartingWith("--to: " + address)
          .hasMessageContaining("http://127.0.0.1:5000");
    }
  }
}
