package dev.chainrule.text.openai;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Json;
import dev.chainrule.text.serving.Ending;
import dev.chainrule.text.serving.QueueFullException;
import dev.chainrule.text.serving.TextEvent;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** A request that is refused, in the API's form. */
final class ApiError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String type;
  private final @Nullable String param;
  private final @Nullable String code;
  private final int retrySeconds;

  private ApiError(
      int status,
      String type,
      @Nullable String param,
      @Nullable String code,
      int retrySeconds,
      String message) {
    // What was found is quoted, and may be anything.
    super(new InputException(message).getMessage());
    this.status = status;
    this.type = type;
    this.param = param;
    this.code = code;
    this.retrySeconds = retrySeconds;
  }

  /** A field that cannot be used. */
  static ApiError field(String param, @Nullable String code, String message) {
    return new ApiError(400, "invalid_request_error", param, code, 0, param + ": " + message);
  }

  /** A field that this server has no use for. */
  static ApiError unsupported(String param, String message) {
    return field(param, "unsupported_parameter", message);
  }

  /** Any other request that cannot be used. */
  static ApiError request(int status, @Nullable String code, String message) {
    return new ApiError(status, "invalid_request_error", null, code, 0, message);
  }

  static ApiError queueFull(QueueFullException full) {
    return tooMany(String.valueOf(full.getMessage()), full.retrySeconds());
  }

  /** There may be room later. */
  static ApiError tooMany(String message, int retrySeconds) {
    return new ApiError(429, "rate_limit_error", null, "queue_full", retrySeconds, message);
  }

  static ApiError timedOut() {
    return new ApiError(
        504, "server_error", null, "timeout", 0, "the time for this request is over");
  }

  static ApiError stopping() {
    return new ApiError(503, "server_error", null, "stopping", 5, "the server is stopping");
  }

  static ApiError internal(Throwable e) {
    String message = e instanceof InputException ? String.valueOf(e.getMessage()) : e.toString();
    return new ApiError(500, "server_error", null, "internal_error", 0, message);
  }

  /** Of a text that ended before it was whole. */
  static ApiError of(TextEvent.Ended ended) {
    return switch (ended.ending()) {
      case TIMED_OUT -> timedOut();
      case CLOSED -> stopping();
      case FAILED, CANCELLED, STOP, LENGTH ->
          new ApiError(
              ended.ending() == Ending.FAILED ? 400 : 500,
              ended.ending() == Ending.FAILED ? "invalid_request_error" : "server_error",
              null,
              "cannot_be_drawn",
              0,
              "nothing can be drawn: " + ended.message());
    };
  }

  int status() {
    return status;
  }

  /** After how many seconds to try again; 0 if that is of no use. */
  int retrySeconds() {
    return retrySeconds;
  }

  @Nullable String code() {
    return code;
  }

  ObjectNode json() {
    ObjectNode error = Json.mapper().createObjectNode();
    error
        .putObject("error")
        .put("message", getMessage())
        .put("type", type)
        .put("param", param)
        .put("code", code);
    return error;
  }
}
