package dev.chainrule.text.openai;

import com.sun.net.httpserver.HttpExchange;
import dev.chainrule.base.io.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** A request over HTTP, and its answer. Closed, what was answered is complete. */
final class Exchange implements AutoCloseable {
  private static final String JSON = "application/json";

  /** Of a request that is too long, beyond what is read of it. */
  private static final int MOST_SKIPPED = 64 << 20;

  private final HttpExchange http;
  private final StallGuard guard;
  private final Connections connections;
  private int status;
  private @Nullable OutputStream beaten;

  Exchange(HttpExchange http, StallGuard guard, Connections connections) {
    this.http = http;
    this.guard = guard;
    this.connections = connections;
  }

  /**
   * Looks whether the client is still there.
   *
   * @throws IOException if it is known to be gone
   */
  void requireClient() throws IOException {
    if (connections.isGone(http.getLocalAddress(), http.getRemoteAddress())) {
      throw new IOException("the client has left");
    }
  }

  String method() {
    return http.getRequestMethod();
  }

  String path() {
    String path = http.getRequestURI().getPath();
    String known = path == null ? "/" : path;
    return known.length() > 1 && known.endsWith("/")
        ? known.substring(0, known.length() - 1)
        : known;
  }

  @Nullable String header(String name) {
    return http.getRequestHeaders().getFirst(name);
  }

  void setHeader(String name, String value) {
    http.getResponseHeaders().set(name, value);
  }

  /** What was answered; 0 as long as nothing was. */
  int status() {
    return status;
  }

  /** The JSON that was sent. */
  JsonNode body(int most) throws IOException {
    String type = header("Content-Type");
    // A form of a page of somebody else can send anything but this.
    if (type == null || !type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT).equals(JSON)) {
      throw ApiError.request(
          415,
          "unsupported_content_type",
          "Content-Type is %s, expected application/json".formatted(type));
    }
    byte[] bytes = http.getRequestBody().readNBytes(most + 1);
    if (bytes.length > most) {
      // Who still writes reads no answer, and what is closed on him he takes for a broken line.
      for (int n = 0, skipped = 0; n >= 0 && skipped < MOST_SKIPPED; skipped += n) {
        n = http.getRequestBody().read(bytes);
      }
      throw ApiError.request(
          413,
          "request_too_large",
          "the body has more than %d bytes, expected fewer".formatted(most));
    }
    try {
      // JSON is UTF-8 (RFC 8259); by bytes Jackson takes other encodings, and "/" of two bytes.
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      JsonNode json = Json.mapper().readTree(text);
      if (json.isMissingNode()) {
        throw ApiError.request(400, "invalid_json", "the body is empty, expected a JSON object");
      }
      return json;
    } catch (CharacterCodingException e) {
      throw ApiError.request(400, "invalid_json", "the body is no UTF-8, expected JSON in it");
    } catch (JacksonException e) {
      String reason = String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("");
      throw ApiError.request(400, "invalid_json", "the body is no JSON: " + reason);
    }
  }

  void send(int code, JsonNode json) throws IOException {
    byte[] bytes = json.toString().getBytes(StandardCharsets.UTF_8);
    OutputStream begun = beaten;
    if (begun != null) {
      guard.watch(() -> begun.write(bytes));
      return;
    }
    send(code, JSON, bytes);
  }

  void send(int code, String type, byte[] bytes) throws IOException {
    status = code;
    setHeader("Content-Type", type);
    boolean empty = bytes.length == 0 || method().equals("HEAD");
    guard.watch(
        () -> {
          http.sendResponseHeaders(code, empty ? -1 : bytes.length);
          if (!empty) {
            http.getResponseBody().write(bytes);
          }
        });
  }

  void send(ApiError error) throws IOException {
    if (error.retrySeconds() > 0) {
      setHeader("Retry-After", Integer.toString(error.retrySeconds()));
    }
    send(error.status(), error.json());
  }

  /**
   * Sends a space, which says nothing in JSON, to see whether the client is there. From the first
   * one on all that can be answered is 200.
   */
  void beat() throws IOException {
    OutputStream out = beaten;
    if (out == null) {
      out = open(JSON);
      beaten = out;
    }
    OutputStream begun = out;
    guard.watch(
        () -> {
          begun.write(' ');
          begun.flush();
        });
  }

  /** Whether a failure can still be answered. */
  boolean canFail() {
    return status == 0;
  }

  /** Ends the connection in the middle of the answer, so that nobody takes it for whole. */
  void cut() {
    Thread.currentThread().interrupt();
    try {
      http.getResponseBody().write(' ');
      http.getResponseBody().flush();
    } catch (IOException expected) {
      // A thread that is interrupted when it writes loses the connection.
    } finally {
      Thread.interrupted();
    }
  }

  private OutputStream open(String type) throws IOException {
    status = 200;
    setHeader("Content-Type", type);
    http.sendResponseHeaders(200, 0);
    return http.getResponseBody();
  }

  EventStream events() throws IOException {
    setHeader("Cache-Control", "no-cache");
    setHeader("X-Accel-Buffering", "no");
    return new EventStream(open("text/event-stream; charset=utf-8"), guard);
  }

  @Override
  public void close() {
    http.close();
  }
}
