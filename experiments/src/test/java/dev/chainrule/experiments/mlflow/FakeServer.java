package dev.chainrule.experiments.mlflow;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.chainrule.base.io.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** The routes of MLflow that runs are sent by, and what came over them. */
final class FakeServer implements AutoCloseable {
  /** A run as it came. */
  static final class Sent {
    final Map<String, String> params = new LinkedHashMap<>();
    final Map<String, String> tags = new LinkedHashMap<>();
    final List<JsonNode> metrics = new ArrayList<>();
    String status = "RUNNING";
  }

  final Map<String, Sent> runs = new LinkedHashMap<>();
  final Map<String, byte[]> files = new LinkedHashMap<>();
  final List<String> experiments = new ArrayList<>();
  final List<String> deleted = new ArrayList<>();

  /** What it answers with where it takes no request. */
  int refusal;

  String said = "";

  /** The header that every request must have; empty for none. */
  String authorization = "";

  private final HttpServer server;

  FakeServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/api/2.0/", this::answer);
    server.start();
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  private void answer(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    String route = exchange.getRequestURI().getPath().substring("/api/2.0/".length());
    String given = exchange.getRequestHeaders().getFirst("Authorization");
    boolean known = authorization.isEmpty() || authorization.equals(given);
    int status = known ? refusal == 0 ? 200 : refusal : 401;
    if (route.contains("#")) {
      status = 400;
    }
    byte[] answer = (status == 200 ? answer(route, body) : said).getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, answer.length == 0 ? -1 : answer.length);
    exchange.getResponseBody().write(answer);
    exchange.close();
  }

  private String answer(String route, byte[] body) {
    if (route.startsWith("mlflow-artifacts/artifacts/")) {
      files.put(route.substring("mlflow-artifacts/artifacts/".length()), body);
      return "{}";
    }
    JsonNode asked = Json.parse(new String(body, StandardCharsets.UTF_8), route, JsonNode.class);
    Sent run = runs.get(asked.path("run_id").asString(""));
    switch (route) {
      case "mlflow/experiments/search" -> {
        List<String> all = new ArrayList<>();
        for (String name : experiments) {
          all.add(
              "{\"experiment_id\": \"%d\", \"name\": \"%s\", \"lifecycle_stage\": \"active\"}"
                  .formatted(experiments.indexOf(name), name));
        }
        return "{\"experiments\": [" + String.join(",", all) + "]}";
      }
      case "mlflow/experiments/create" -> {
        experiments.add(asked.path("name").asString());
        return "{\"experiment_id\": \"%d\"}".formatted(experiments.size() - 1);
      }
      case "mlflow/runs/search" -> {
        List<String> found = new ArrayList<>();
        runs.forEach(
            (id, there) -> {
              if (asked.path("filter").asString().contains(there.tags.get("chainrule.run"))) {
                found.add("{" + info(id, there.status) + "}");
              }
            });
        return "{\"runs\": [" + String.join(",", found) + "]}";
      }
      case "mlflow/runs/create" -> {
        Sent made = new Sent();
        put(asked.path("tags"), made.tags);
        String id = "r" + runs.size();
        runs.put(id, made);
        return "{\"run\": {" + info(id, "RUNNING") + "}}";
      }
      case "mlflow/runs/log-batch" -> {
        put(asked.path("params"), run.params);
        put(asked.path("tags"), run.tags);
        asked.path("metrics").forEach(run.metrics::add);
        return "{}";
      }
      case "mlflow/runs/update" -> {
        run.status = asked.path("status").asString();
        return "{}";
      }
      case "mlflow/runs/delete" -> {
        deleted.add(asked.path("run_id").asString());
        runs.remove(asked.path("run_id").asString());
        return "{}";
      }
      default -> throw new IllegalStateException(route);
    }
  }

  private static String info(String id, String status) {
    return "\"info\": {\"run_id\": \"%s\", \"status\": \"%s\", \"artifact_uri\": \"mlflow-artifacts:/0/%s/artifacts\"}"
        .formatted(id, status, id);
  }

  private static void put(JsonNode pairs, Map<String, String> into) {
    for (JsonNode pair : pairs) {
      into.put(pair.path("key").asString(), pair.path("value").asString());
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
