package dev.chainrule.experiments.experiment;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/**
 * Shows an experiment's metrics while they come, to this machine alone: {@code /} is a page of
 * curves, {@code /metrics} all lines by run as JSON.
 */
final class WatchPage implements AutoCloseable {
  private final HttpServer server;
  private final Path folder;

  private WatchPage(HttpServer server, Path folder) {
    this.server = server;
    this.folder = folder;
  }

  /**
   * Begins to show.
   *
   * @param folder of the experiment
   * @param port 0 for any that is free
   * @throws InputException if another program has the port
   */
  static WatchPage open(Path folder, int port) throws IOException {
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
      WatchPage page = new WatchPage(server, folder);
      server.createContext("/", page::answer);
      server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      server.start();
      return page;
    } catch (BindException e) {
      throw new InputException(
          "--watch: port %d is in use, expected a free one, or 0".formatted(port), e);
    }
  }

  String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String host = String.valueOf(exchange.getRequestHeaders().getFirst("Host"));
      String path = exchange.getRequestURI().getPath();
      // Pages of other sites may not read this one by a name of theirs.
      boolean local = host.matches("(127\\.0\\.0\\.1|localhost)(:\\d+)?");
      if (!local || !exchange.getRequestMethod().equals("GET")) {
        send(exchange, 403, "text/plain", "for this machine alone\n");
      } else if (path.equals("/")) {
        send(exchange, 200, "text/html", page());
      } else if (path.equals("/metrics")) {
        send(exchange, 200, "application/json", Json.line(metrics()));
      } else {
        send(exchange, 404, "text/plain", "nothing here\n");
      }
    }
  }

  private static void send(HttpExchange exchange, int code, String type, String text)
      throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type + "; charset=utf-8");
    exchange.getResponseHeaders().set("Cache-Control", "no-store");
    exchange.sendResponseHeaders(code, bytes.length);
    try (OutputStream body = exchange.getResponseBody()) {
      body.write(bytes);
    }
  }

  private Map<String, Object> metrics() throws IOException {
    Map<String, Object> runs = new LinkedHashMap<>();
    Path below = folder.resolve(RunFolder.RUNS);
    if (!Files.isDirectory(below)) {
      return runs;
    }
    List<Path> folders = new ArrayList<>();
    try (Stream<Path> found = Files.list(below)) {
      folders.addAll(found.filter(Files::isDirectory).sorted().toList());
    }
    for (Path run : folders) {
      runs.put(
          String.valueOf(run.getFileName()), RunFolder.metrics(run.resolve(RunFolder.METRICS)));
    }
    return runs;
  }

  private static String page() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(WatchPage.class.getResourceAsStream("watch.html"), "watch.html")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
