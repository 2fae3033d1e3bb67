package dev.chainrule.experiments.mlflow;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Files of runs, by the server's own route. MLflow's Java client hands files to the command {@code
 * mlflow} of Python, which need not be here.
 */
final class ArtifactStore implements AutoCloseable {
  private static final String SCHEME = "mlflow-artifacts:/";

  private final URI server;
  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(30)).build();
  private final @Nullable String authorization;

  ArtifactStore(URI server, Map<String, String> environment) {
    this.server = server;
    authorization = authorization(environment);
  }

  private static @Nullable String authorization(Map<String, String> environment) {
    String token = environment.get("MLFLOW_TRACKING_TOKEN");
    String user = environment.get("MLFLOW_TRACKING_USERNAME");
    String password = environment.get("MLFLOW_TRACKING_PASSWORD");
    if (user != null && password != null) {
      byte[] bytes = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
      return "Basic " + Base64.getEncoder().encodeToString(bytes);
    }
    return token == null ? null : "Bearer " + token;
  }

  /** Why files cannot be put there; null where they can. */
  @Nullable String refusal(String artifactUri) {
    return artifactUri.startsWith(SCHEME)
        ? null
        : "the server keeps files at %s, not by its route of artifacts".formatted(artifactUri);
  }

  /**
   * Puts a file.
   *
   * @param artifactUri of the run
   * @param name below it, with slashes
   * @return why the server did not take it; null where it did
   */
  @Nullable String put(String artifactUri, String name, Path file)
      throws IOException, InterruptedException {
    String below = artifactUri.substring(SCHEME.length()).replaceAll("^/+", "");
    URI to =
        URI.create(
            server + "/api/2.0/mlflow-artifacts/artifacts/" + encoded(below) + "/" + encoded(name));
    HttpRequest.Builder request =
        HttpRequest.newBuilder(to)
            .timeout(Duration.ofMinutes(5))
            .PUT(HttpRequest.BodyPublishers.ofFile(file));
    if (authorization != null) {
      request.header("Authorization", authorization);
    }
    HttpResponse<String> answer =
        client.send(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    return answer.statusCode() / 100 == 2
        ? null
        : "the server answered %d to %s".formatted(answer.statusCode(), name);
  }

  private static String encoded(String path) {
    return Arrays.stream(path.split("/"))
        .map(part -> URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20"))
        .collect(Collectors.joining("/"));
  }

  @Override
  public void close() {
    client.close();
  }
}
