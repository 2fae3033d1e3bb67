package dev.chainrule.text.openai;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Json;
import dev.chainrule.text.serving.ChatPrompts;
import dev.chainrule.text.serving.TextService;
import java.io.IOException;
import java.io.InputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Serves a model over HTTP by the routes of the OpenAI API: {@code /v1/completions}, {@code
 * /v1/chat/completions}, {@code /v1/responses}, {@code /v1/embeddings} and {@code /v1/models}, and
 * models of images and sound beside it by {@code /v1/images/generations} and {@code
 * /v1/audio/speech}; with {@code /health}, {@code /metrics}, and a page at {@code /}.
 *
 * <p>It is the server of the JDK, whose properties {@code sun.net.httpserver.nodelay} and {@code
 * sun.net.httpserver.maxReqTime} are set, unless they are already: events leave at once, and half a
 * request ends after some seconds.
 */
public final class OpenAiServer implements AutoCloseable {
  private static final String BEARER = "Bearer ";
  private static final int SECONDS_TO_ASK = 30;
  private static final int SECONDS_TO_LEAVE = 2;

  static {
    setIfAbsent("sun.net.httpserver.nodelay", "true");
    setIfAbsent("sun.net.httpserver.maxReqTime", Integer.toString(SECONDS_TO_ASK));
  }

  private final TextService service;
  private final ServerConfig config;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final StallGuard guard;
  private final Connections connections;
  private final Metrics metrics;
  private final long created = Instant.now().getEpochSecond();
  private final byte[] page;
  private final Media media;
  private final MediaRoutes drawn;
  private final Map<String, Route> routes;
  private volatile boolean stopping;

  /** What answers a request. */
  @FunctionalInterface
  private interface Answering {
    void answer(Exchange exchange) throws IOException, InterruptedException;
  }

  private record Route(String method, Answering answering) {}

  /**
   * Begins to listen, for text alone.
   *
   * @param service is closed with the server
   * @throws InputException if it cannot listen at that address
   */
  public OpenAiServer(TextService service, ServerConfig config) throws IOException {
    this(service, Media.NONE, config);
  }

  /**
   * Begins to listen.
   *
   * @param service is closed with the server
   * @throws InputException if it cannot listen at that address, or two models have one name
   */
  public OpenAiServer(TextService service, Media media, ServerConfig config) throws IOException {
    requireNamesApart(media, config);
    this.service = service;
    this.media = media;
    drawn = new MediaRoutes(config, service.config().queue());
    this.config = config;
    metrics = new Metrics(service);
    page = resource("page.html");
    Messages messages = new Messages(ChatPrompts.of(service.model()));
    routes = routes(new TextRoutes(service, config, messages));
    server = listen(config);
    guard = new StallGuard(config.stall());
    connections = new Connections(server.getAddress().getPort());
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  private static void requireNamesApart(Media media, ServerConfig config) {
    Set<String> names = new HashSet<>(Set.of(config.name()));
    for (String name : media.names()) {
      if (!names.add(name)) {
        throw new InputException(
            "two models are called '%s', expected a name of its own for each".formatted(name));
      }
    }
  }

  private static void setIfAbsent(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = OpenAiServer.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IOException(name + " is not in the class path beside the server");
      }
      return in.readAllBytes();
    }
  }

  private static HttpServer listen(ServerConfig config) throws IOException {
    try {
      InetAddress address = InetAddress.getByName(config.host());
      return HttpServer.create(new InetSocketAddress(address, config.port()), 256);
    } catch (UnknownHostException e) {
      throw new InputException(
          "host '%s' is not known, expected an address of this machine".formatted(config.host()),
          e);
    } catch (BindException e) {
      throw new InputException(
          "port %d of %s cannot be listened at (%s), expected one that is free"
              .formatted(config.port(), config.host(), e.getMessage()),
          e);
    }
  }

  private Map<String, Route> routes(TextRoutes texts) {
    EmbeddingRoute embeddings = new EmbeddingRoute(service, config);
    Map<String, Route> all = new TreeMap<>();
    all.put("/v1/completions", post((exchange, body) -> texts.completions(exchange, body)));
    all.put("/v1/chat/completions", post((exchange, body) -> texts.chat(exchange, body)));
    all.put("/v1/responses", post((exchange, body) -> texts.responses(exchange, body)));
    all.put("/v1/embeddings", post((exchange, body) -> embeddings.answer(exchange, body)));
    Media.Images images = media.images();
    if (images != null) {
      all.put(
          "/v1/images/generations", post((exchange, body) -> drawn.images(images, exchange, body)));
    }
    Media.Audio audio = media.audio();
    if (audio != null) {
      all.put("/v1/audio/speech", post((exchange, body) -> drawn.audio(audio, exchange, body)));
    }
    all.put("/v1/models", new Route("GET", this::models));
    for (ObjectNode each : described()) {
      String path = "/v1/models/" + each.path("id").asString("");
      all.put(path, new Route("GET", exchange -> exchange.send(200, each)));
    }
    all.put("/health", new Route("GET", this::health));
    all.put("/metrics", new Route("GET", this::metrics));
    all.put("/", new Route("GET", this::page));
    return all;
  }

  /** What answers a request that has a body. */
  @FunctionalInterface
  private interface OfBody {
    void answer(Exchange exchange, JsonNode body) throws IOException, InterruptedException;
  }

  private Route post(OfBody answering) {
    return new Route(
        "POST",
        exchange -> {
          if (stopping) {
            throw ApiError.stopping();
          }
          answering.answer(exchange, exchange.body(config.bodyBytes()));
        });
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return server.getAddress();
  }

  /** The address of the page, to be shown to people. */
  public String url() {
    InetSocketAddress at = address();
    String host = at.getAddress().getHostAddress();
    return "http://%s:%d/".formatted(host.contains(":") ? "[" + host + "]" : host, at.getPort());
  }

  private void handle(HttpExchange http) {
    String counted = "other";
    try (Exchange exchange = new Exchange(http, guard, connections)) {
      Route route = routes.get(exchange.path());
      counted = route == null ? counted : exchange.path();
      try {
        answer(exchange, route);
      } catch (ApiError e) {
        fail(exchange, e);
      } catch (InterruptedException | IOException gone) {
        // The client is no longer there, or does not read.
      } catch (RuntimeException | Error e) {
        fail(exchange, ApiError.internal(e));
      } finally {
        metrics.count(counted, exchange.status());
      }
    } catch (IOException gone) {
      // Nor for the reason why.
    }
  }

  private static void fail(Exchange exchange, ApiError error) throws IOException {
    if (exchange.canFail()) {
      exchange.send(error);
    } else {
      exchange.cut();
    }
  }

  private void answer(Exchange exchange, @Nullable Route route)
      throws IOException, InterruptedException {
    String path = exchange.path();
    if (path.startsWith("/v1/")) {
      requireKey(exchange);
    }
    if (route == null) {
      boolean model = path.startsWith("/v1/models/");
      throw ApiError.request(
          404,
          model ? "model_not_found" : "not_found",
          model
              ? "the model '%s' does not exist, expected '%s'"
                  .formatted(path.substring("/v1/models/".length()), config.name())
              : "there is no %s, expected one of %s".formatted(path, routes.keySet()));
    }
    boolean head = exchange.method().equals("HEAD") && route.method().equals("GET");
    if (!head && !exchange.method().equals(route.method())) {
      exchange.setHeader("Allow", route.method());
      throw ApiError.request(
          405,
          "method_not_allowed",
          "%s of %s, expected %s".formatted(exchange.method(), path, route.method()));
    }
    route.answering().answer(exchange);
  }

  private void requireKey(Exchange exchange) {
    String key = config.key().orElse(null);
    if (key == null) {
      return;
    }
    String given = exchange.header("Authorization");
    String told = given != null && given.startsWith(BEARER) ? given.substring(BEARER.length()) : "";
    byte[] expected = key.getBytes(StandardCharsets.UTF_8);
    // Takes as long however much of it is right.
    if (!MessageDigest.isEqual(expected, told.getBytes(StandardCharsets.UTF_8))) {
      exchange.setHeader("WWW-Authenticate", "Bearer");
      throw ApiError.request(
          401, "invalid_api_key", "the key is not right, expected 'Authorization: Bearer KEY'");
    }
  }

  private List<ObjectNode> described() {
    List<ObjectNode> models = new ArrayList<>();
    models.add(described(config.name()).put("max_model_len", service.config().context()));
    media.names().forEach(name -> models.add(described(name)));
    return models;
  }

  private ObjectNode described(String name) {
    ObjectNode json = Json.mapper().createObjectNode();
    json.put("id", name).put("object", "model").put("created", created);
    return json.put("owned_by", "chainrule");
  }

  private void models(Exchange exchange) throws IOException {
    ObjectNode json = Json.mapper().createObjectNode();
    ArrayNode data = json.put("object", "list").putArray("data");
    described().forEach(data::add);
    exchange.send(200, json);
  }

  private void health(Exchange exchange) throws IOException {
    if (stopping || !service.isOpen()) {
      throw ApiError.stopping();
    }
    exchange.send(200, Json.mapper().createObjectNode().put("status", "ok"));
  }

  private void metrics(Exchange exchange) throws IOException {
    byte[] text = metrics.text().getBytes(StandardCharsets.UTF_8);
    exchange.send(200, "text/plain; version=0.0.4; charset=utf-8", text);
  }

  private void page(Exchange exchange) throws IOException {
    exchange.setHeader(
        "Content-Security-Policy",
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src"
            + " 'self'; img-src data:; base-uri 'none'; form-action 'none'");
    exchange.send(200, "text/html; charset=utf-8", page);
  }

  /**
   * Takes no more requests, finishes those accepted, and stops.
   *
   * @param grace what is not finished then is cut short
   */
  public void close(Duration grace) {
    stopping = true;
    long begun = System.nanoTime();
    try {
      service.close(grace);
    } finally {
      drawn.close(grace.minusNanos(System.nanoTime() - begun));
      server.stop(SECONDS_TO_LEAVE);
      threads.shutdown();
      guard.close();
    }
  }

  /** Stops; what is under way is cut short. */
  @Override
  public void close() {
    close(Duration.ZERO);
  }
}
