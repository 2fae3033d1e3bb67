package dev.chainrule.text.openai;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Json;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The routes that draw images and sound: one request at a time, while others wait. */
final class MediaRoutes {
  private static final int MOST_IMAGES = 10; // as the API has it
  private static final double MOST_SECONDS = 30;
  private static final double USUAL_SECONDS = 2;
  private static final double MOST_TEMPERATURE = 2;
  private static final int RETRY_SECONDS = 5;

  private final ServerConfig config;
  private final Semaphore room;
  private final AtomicBoolean cut = new AtomicBoolean();
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().name("media").daemon().factory());

  /**
   * Nothing asked yet.
   *
   * @param queue requests that may wait
   */
  MediaRoutes(ServerConfig config, int queue) {
    this.config = config;
    room = new Semaphore(queue + 1);
  }

  /** {@code /v1/images/generations}. */
  void images(Media.Images model, Exchange exchange, JsonNode body)
      throws IOException, InterruptedException {
    Fields fields = new Fields(body);
    requireModel(fields, model.name());
    fields.ignore("user", "quality", "style", "moderation", "background");
    fields.refuse("stream", "partial_images", "output_compression");
    fields.word("output_format", "png", "png");
    fields.word("response_format", "b64_json", "b64_json");
    fields.word("size", "auto", "auto", model.size());
    int count = fields.integer("n", 1, MOST_IMAGES).orElse(1);
    long seed = seed(fields);
    double temperature = temperature(fields);
    OptionalInt label = label(fields);
    fields.finish();
    List<byte[]> files =
        drawn(
            exchange,
            cancelled -> model.draw(count, seed, temperature, label, cancelled),
            "prompt");
    ObjectNode json = Json.mapper().createObjectNode();
    ArrayNode data = json.put("created", Instant.now().getEpochSecond()).putArray("data");
    for (byte[] file : files) {
      data.addObject().put("b64_json", Base64.getEncoder().encodeToString(file));
    }
    exchange.send(200, json);
  }

  /** What is to be seen is a class, or anything. */
  private static OptionalInt label(Fields fields) {
    String prompt = fields.string("prompt");
    if (prompt == null || prompt.isBlank()) {
      return OptionalInt.empty();
    }
    if (!prompt.strip().matches("[0-9]{1,6}")) {
      throw ApiError.unsupported(
          "prompt",
          "found %s, expected the number of a class, or nothing for any"
              .formatted(Fields.shown(Json.mapper().valueToTree(prompt))));
    }
    return OptionalInt.of(Integer.parseInt(prompt.strip()));
  }

  /** {@code /v1/audio/speech}. */
  void audio(Media.Audio model, Exchange exchange, JsonNode body)
      throws IOException, InterruptedException {
    Fields fields = new Fields(body);
    requireModel(fields, model.name());
    fields.ignore("voice");
    fields.refuse("instructions", "stream_format");
    fields.word("response_format", "wav", "wav");
    if (fields.number("speed", 0.25, 4, 1) != 1) { // as the API has it
      throw ApiError.unsupported("speed", "is not 1, expected 1 or none");
    }
    double seconds = fields.number("seconds", 0.01, MOST_SECONDS, USUAL_SECONDS);
    long seed = seed(fields);
    double temperature = temperature(fields);
    Map<String, String> labels = labels(fields);
    fields.finish();
    byte[] file =
        drawn(
            exchange,
            cancelled -> model.draw(seconds, seed, temperature, labels, cancelled),
            "input");
    exchange.send(200, "audio/wav", file);
  }

  /** What is to be heard: {@code name=value, name=value}, or nothing for a model without labels. */
  private static Map<String, String> labels(Fields fields) {
    Map<String, String> labels = new TreeMap<>();
    String input = fields.string("input");
    if (input == null || input.isBlank()) {
      return labels;
    }
    for (String each : input.split(",", -1)) {
      String[] parts = each.strip().split("=", 2);
      if (parts.length < 2 || labels.put(parts[0].strip(), parts[1].strip()) != null) {
        throw ApiError.unsupported(
            "input", "found '%s', expected labels, each once, as name=value".formatted(each));
      }
    }
    return labels;
  }

  private static void requireModel(Fields fields, String name) {
    String asked = fields.string("model");
    if (asked != null && !asked.equals(name)) {
      throw ApiError.request(
          404,
          "model_not_found",
          "the model '%s' does not exist here, expected '%s'".formatted(asked, name));
    }
  }

  private static long seed(Fields fields) {
    Long seed = fields.seed("seed");
    return seed == null ? ThreadLocalRandom.current().nextLong() : seed;
  }

  private static double temperature(Fields fields) {
    return fields.number("temperature", 0, MOST_TEMPERATURE, 1);
  }

  /** Draws something. */
  @FunctionalInterface
  private interface Drawing<T> {
    T draw(BooleanSupplier cancelled) throws IOException;
  }

  private <T> T drawn(Exchange exchange, Drawing<T> drawing, String param)
      throws IOException, InterruptedException {
    if (!room.tryAcquire()) {
      throw ApiError.tooMany("as many images and sounds wait as may", RETRY_SECONDS);
    }
    AtomicBoolean over = new AtomicBoolean();
    BooleanSupplier cancelled = () -> over.get() || cut.get();
    Callable<T> work =
        () -> {
          try {
            if (cancelled.getAsBoolean()) {
              throw new CancellationException("nobody waits for it");
            }
            return drawing.draw(cancelled);
          } finally {
            room.release();
          }
        };
    Future<T> result;
    try {
      result = thread.submit(work);
    } catch (RejectedExecutionException e) {
      room.release();
      throw ApiError.stopping();
    }
    try {
      return await(exchange, result);
    } catch (ExecutionException e) {
      throw failure(e.getCause() == null ? e : e.getCause(), param);
    } finally {
      over.set(true);
    }
  }

  private <T> T await(Exchange exchange, Future<T> result)
      throws IOException, InterruptedException, ExecutionException {
    long begun = System.nanoTime();
    while (true) {
      long left = config.patience().toNanos() - (System.nanoTime() - begun);
      try {
        return result.get(Math.min(left, Drawn.BEAT.toNanos()), TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        if (left <= Drawn.BEAT.toNanos()) {
          throw ApiError.timedOut();
        }
        exchange.requireClient();
      }
    }
  }

  private ApiError failure(Throwable cause, String param) {
    if (cut.get()) {
      return ApiError.stopping();
    }
    boolean asked = cause instanceof IllegalArgumentException || cause instanceof InputException;
    return asked
        ? ApiError.field(param, null, String.valueOf(cause.getMessage()))
        : ApiError.internal(cause);
  }

  /**
   * Takes no more, and finishes what was accepted.
   *
   * @param grace what is not finished then is told that the server is stopping
   */
  void close(Duration grace) {
    thread.shutdown();
    try {
      thread.awaitTermination(Math.max(0, grace.toNanos()), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    cut.set(true);
  }
}
