package dev.chainrule.text.openai;

import dev.chainrule.base.io.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Asks a server as programs do. */
record Client(HttpClient http, String url) implements AutoCloseable {
  static Client of(OpenAiServer server) {
    return new Client(HttpClient.newHttpClient(), server.url());
  }

  /** What was answered. */
  record Reply(int status, JsonNode json, HttpResponse<String> response) {
    String code() {
      return json.at("/error/code").asString("");
    }

    String param() {
      return json.at("/error/param").asString("");
    }

    String message() {
      return json.at("/error/message").asString("");
    }
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(url + path))
        .header("Content-Type", "application/json");
  }

  HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  Reply post(String path, String body) throws IOException, InterruptedException {
    return reply(send(request(path).POST(HttpRequest.BodyPublishers.ofString(body))));
  }

  Reply post(String path, byte[] body) throws IOException, InterruptedException {
    return reply(send(request(path).POST(HttpRequest.BodyPublishers.ofByteArray(body))));
  }

  Reply get(String path) throws IOException, InterruptedException {
    return reply(send(request(path).GET()));
  }

  static Reply reply(HttpResponse<String> response) {
    JsonNode json = Json.parse(response.body(), "answer", JsonNode.class);
    return new Reply(response.statusCode(), json, response);
  }

  /** The data of all events of a stream but {@code [DONE]}, which must be its end where asked. */
  List<JsonNode> stream(String path, String body, boolean done)
      throws IOException, InterruptedException {
    HttpResponse<String> response =
        send(request(path).POST(HttpRequest.BodyPublishers.ofString(body)));
    List<JsonNode> events = new ArrayList<>();
    boolean ended = false;
    for (String line : response.body().lines().toList()) {
      if (line.startsWith("data: ")) {
        if (ended) {
          throw new AssertionError("after the end: " + line);
        }
        String data = line.substring(6);
        ended = data.equals("[DONE]");
        if (!ended) {
          events.add(Json.parse(data, "event", JsonNode.class));
        }
      }
    }
    if (ended != done) {
      throw new AssertionError("[DONE] " + ended + ": " + response.body());
    }
    return events;
  }

  @Override
  public void close() {
    http.close();
  }
}
