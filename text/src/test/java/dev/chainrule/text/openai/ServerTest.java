package dev.chainrule.text.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chainrule.base.InputException;
import dev.chainrule.core.engine.Compute;
import dev.chainrule.core.sampling.SamplingConfig;
import dev.chainrule.text.run.Speculation;
import dev.chainrule.text.run.TextModel;
import dev.chainrule.text.serving.Ending;
import dev.chainrule.text.serving.ServedModel;
import dev.chainrule.text.serving.ServiceConfig;
import dev.chainrule.text.serving.TextRequest;
import dev.chainrule.text.serving.TextService;
import dev.chainrule.text.serving.Ticket;
import dev.chainrule.text.speculation.GuessBounds;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A server and clients that do not behave. */
class ServerTest {
  private static final String TEXT = "v1/completions";
  private static final String LONG = "{\"prompt\":\"a\",\"max_tokens\":120,\"seed\":1%s}";

  @TempDir static Path folder;
  private static TextModel model;

  private final CountDownLatch drawn = new CountDownLatch(3);
  private TextService service;
  private OpenAiServer server;
  private Client client;

  @BeforeAll
  static void open() throws IOException {
    model = ServedModel.in(folder);
  }

  private void serve(int slots, int queue, ServerConfig config) throws IOException {
    serve(model, slots, queue, config);
  }

  private void serve(TextModel served, int slots, int queue, ServerConfig config)
      throws IOException {
    service =
        new TextService(
            served,
            Compute.automatic(),
            ServiceConfig.of(ServedModel.CONTEXT).withSlots(slots, queue));
    server = new OpenAiServer(service, config);
    client = Client.of(server);
  }

  @AfterEach
  void close() {
    client.close();
    server.close();
  }

  private static void await(Callable<Boolean> condition) throws Exception {
    for (int i = 0; i < 500; i++) {
      if (condition.call()) {
        return;
      }
      Thread.sleep(20);
    }
    throw new AssertionError("waited for ten seconds");
  }

  /** Holds the service up until the latch is down. */
  private CountDownLatch hold() throws Exception {
    CountDownLatch latch = new CountDownLatch(1);
    CountDownLatch reached = new CountDownLatch(1);
    CompletableFuture<Boolean> held =
        service.between(
            engine -> {
              reached.countDown();
              try {
                latch.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              return true;
            });
    reached.await();
    assertThat(held).isNotDone();
    return latch;
  }

  private CompletableFuture<HttpResponse<String>> ask(String body) {
    return client
        .http()
        .sendAsync(
            client.request(TEXT).POST(BodyPublishers.ofString(body)).build(),
            HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void whoHasNoKeyIsRefused() throws Exception {
    serve(1, 1, ServerConfig.of("tiny").withKey("secret"));
    Client.Reply none = client.post(TEXT, "{\"prompt\":\"a\"}");
    assertThat(none.status()).isEqualTo(401);
    assertThat(none.code()).isEqualTo("invalid_api_key");
    for (String wrong : List.of("Bearer secre", "Bearer secret2", "secret", "Bearer ")) {
      assertThat(
              client.send(client.request("v1/models").header("Authorization", wrong)).statusCode())
          .isEqualTo(401);
    }
    assertThat(
            client
                .send(client.request("v1/models").header("Authorization", "Bearer secret"))
                .statusCode())
        .isEqualTo(200);
    assertThat(client.get("health").status()).isEqualTo(200);
  }

  @Test
  void aFullQueueIsToldWithATimeToTryAgain() throws Exception {
    serve(1, 2, ServerConfig.of("tiny"));
    CountDownLatch latch = hold();
    List<CompletableFuture<HttpResponse<String>>> accepted = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      accepted.add(ask(LONG.formatted("")));
    }
    await(() -> service.stats().waiting() == 3);
    Client.Reply refused = client.post(TEXT, LONG.formatted(""));
    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.code()).isEqualTo("queue_full");
    assertThat(refused.response().headers().firstValue("Retry-After").orElse("")).matches("\\d+");
    latch.countDown();
    for (CompletableFuture<HttpResponse<String>> each : accepted) {
      assertThat(each.get().statusCode()).isEqualTo(200);
    }
  }

  @Test
  void guessesThatCameTrueAreCounted() throws Exception {
    Speculation guesses = Speculation.lookup().within(new GuessBounds(3, 5));
    serve(model.withSpeculation(guesses), 2, 2, ServerConfig.of("tiny"));
    String repeats =
        "{\"prompt\":\"abababab\",\"max_tokens\":60,\"logit_bias\":{\"66\":100},\"n\":2%s}";
    Client.Reply reply = client.post(TEXT, repeats.formatted(""));
    assertThat(reply.json().at("/choices/1/text").asString()).isEqualTo("B".repeat(60));
    JsonNode details = reply.json().at("/usage/completion_tokens_details");
    long accepted = details.get("accepted_prediction_tokens").asLong();
    assertThat(accepted).isGreaterThan(60).isEqualTo(service.stats().acceptedTokens());
    assertThat(accepted + details.get("rejected_prediction_tokens").asLong())
        .isEqualTo(service.stats().guessedTokens());
    await(
        () ->
            client
                .send(client.request("metrics"))
                .body()
                .contains("chainrule_accepted_tokens_total " + accepted));
    String streamed = ",\"stream\":true,\"stream_options\":{\"include_usage\":true}";
    JsonNode last = client.stream(TEXT, repeats.formatted(streamed), true).getLast();
    assertThat(last.at("/usage/completion_tokens_details/accepted_prediction_tokens").asLong())
        .isPositive();
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(2048);
    socket.connect(server.address());
    return socket;
  }

  private static void write(Socket socket, String body) throws IOException {
    String head =
        "POST /v1/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            + "Content-Length: %d\r\n\r\n%s";
    socket
        .getOutputStream()
        .write(head.formatted(body.length(), body).getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void whoLeavesIsDrawnNoMoreFor() throws Exception {
    serve(1, 4, ServerConfig.of("tiny"));
    CountDownLatch latch = hold();
    // Before a whole answer nothing is sent: only where the system lists connections is it seen.
    boolean listed = Files.exists(Path.of("/proc/net/tcp"));
    List<Socket> leaving = List.of(connect(), connect(), connect());
    write(leaving.get(0), LONG.formatted(",\"stream\":true"));
    write(leaving.get(1), LONG.formatted(listed ? "" : ",\"stream\":true"));
    write(leaving.get(2), LONG.formatted(listed ? "" : ",\"stream\":true"));
    CompletableFuture<HttpResponse<String>> stays = ask(LONG.formatted(""));
    await(() -> service.stats().waiting() == 4);
    leaving.get(0).setSoLinger(true, 0);
    leaving.get(1).setSoLinger(true, 0);
    for (Socket socket : leaving) {
      socket.close();
    }
    Thread.sleep(2500); // two looks at those who wait
    latch.countDown();
    await(() -> service.stats().ended(Ending.CANCELLED) == 3);
    assertThat(stays.get().statusCode()).isEqualTo(200);
    assertThat(service.stats().drawnTokens()).isEqualTo(120);
  }

  @Test
  void whoDoesNotReadLosesTheConnection() throws Exception {
    ServerConfig config = ServerConfig.of("tiny");
    serve(8, 64, config.withLimits(config.bodyBytes(), config.patience(), Duration.ofMillis(300)));
    try (Socket socket = connect()) {
      write(socket, LONG.formatted(",\"stream\":true,\"n\":60,\"logprobs\":20"));
      // A writer that is never interrupted would never be counted.
      String counted = "{route=\"/v1/completions\",status=\"200\"} 1";
      await(() -> client.send(client.request("metrics")).body().contains(counted));
    }
    assertThat(client.post(TEXT, LONG.formatted("")).status()).isEqualTo(200);
  }

  @Test
  void requestsThatTakeTooLongAreToldSo() throws Exception {
    ServerConfig config = ServerConfig.of("tiny");
    serve(1, 4, config.withLimits(config.bodyBytes(), Duration.ofMillis(50), config.stall()));
    CountDownLatch latch = hold();
    CompletableFuture<HttpResponse<String>> whole = ask(LONG.formatted(""));
    CompletableFuture<HttpResponse<String>> stream = ask(LONG.formatted(",\"stream\":true"));
    await(() -> service.stats().waiting() == 2);
    Thread.sleep(100);
    latch.countDown();
    assertThat(whole.get().statusCode()).isEqualTo(504);
    assertThat(Client.reply(whole.get()).code()).isEqualTo("timeout");
    assertThat(stream.get().statusCode()).isEqualTo(200);
    assertThat(stream.get().body()).contains("event: error").contains("\"code\":\"timeout\"");
  }

  @Test
  void stoppingLetsStreamsEndAndRefusesOthers() throws Exception {
    serve(1, 4, ServerConfig.of("tiny"));
    CountDownLatch latch = hold();
    CompletableFuture<HttpResponse<String>> stream = ask(LONG.formatted(",\"stream\":true"));
    await(() -> service.stats().waiting() == 1);
    Thread closer = Thread.ofPlatform().start(() -> server.close(Duration.ofSeconds(20)));
    await(() -> client.get("health").status() == 503);
    Client.Reply refused = client.post(TEXT, LONG.formatted(""));
    assertThat(refused.status()).isEqualTo(503);
    assertThat(refused.code()).isEqualTo("stopping");
    latch.countDown();
    assertThat(stream.get().body()).endsWith("data: [DONE]\n\n");
    closer.join();
  }

  @Test
  void whatIsUnderWayIsCutShortWhenTheGraceIsOver() throws Exception {
    serve(1, 4, ServerConfig.of("tiny"));
    CountDownLatch latch = hold();
    CompletableFuture<HttpResponse<String>> stream = ask(LONG.formatted(",\"stream\":true"));
    await(() -> service.stats().waiting() == 1);
    Thread closer = Thread.ofPlatform().start(() -> server.close(Duration.ofMillis(1)));
    await(() -> !service.isOpen());
    Thread.sleep(50);
    latch.countDown();
    assertThat(stream.get().body()).contains("\"code\":\"stopping\"");
    closer.join();
  }

  @Test
  void aRequestOfMorePromptsThanMayWaitIsTakenWhereNobodyElseIs() throws Exception {
    serve(2, 3, ServerConfig.of("tiny"));
    String many =
        "{\"prompt\":[\"a\"%s],\"max_tokens\":2,\"seed\":1}".formatted(",\"b\"".repeat(19));
    Client.Reply reply = client.post(TEXT, many);
    assertThat(reply.status()).as(reply.message()).isEqualTo(200);
    assertThat(reply.json().get("choices").size()).isEqualTo(20);
    CountDownLatch latch = hold();
    CompletableFuture<HttpResponse<String>> other = ask(LONG.formatted(""));
    await(() -> service.stats().waiting() == 1);
    assertThat(client.post(TEXT, many).code()).isEqualTo("queue_full");
    // Of what is refused nothing waits.
    assertThat(service.stats().waiting()).isEqualTo(1);
    latch.countDown();
    assertThat(other.get().statusCode()).isEqualTo(200);
  }

  @Test
  void whoSendsFarTooMuchCanReadWhyItIsRefused() throws Exception {
    ServerConfig config = ServerConfig.of("tiny");
    serve(1, 1, config.withLimits(1000, config.patience(), config.stall()));
    Client.Reply reply = client.post(TEXT, " ".repeat(20_000_000));
    assertThat(reply.status()).isEqualTo(413);
    assertThat(reply.code()).isEqualTo("request_too_large");
  }

  @Test
  void headsAreAnsweredWithoutABody() throws Exception {
    serve(1, 1, ServerConfig.of("tiny"));
    for (String path : List.of("health", "v1/models", "metrics", "")) {
      HttpResponse<String> head =
          client.send(client.request(path).method("HEAD", BodyPublishers.noBody()));
      assertThat(head.statusCode()).as(path).isEqualTo(200);
      assertThat(head.body()).isEmpty();
    }
    assertThat(
            client.send(client.request(TEXT).method("HEAD", BodyPublishers.noBody())).statusCode())
        .isEqualTo(405);
  }

  @Test
  void noTextIsUnderWayWhenAllHaveLeft() throws Exception {
    serve(1, 1, ServerConfig.of("tiny"));
    CountDownLatch latch = hold();
    Ticket ticket =
        service.submit(
            TextRequest.of(new int[] {'a'}, 100, SamplingConfig.of(1)), event -> drawn.countDown());
    latch.countDown();
    drawn.await();
    ticket.cancel();
    await(() -> service.stats().running() == 0);
  }

  @Test
  void anAddressThatIsTakenIsNamed() throws Exception {
    serve(1, 1, ServerConfig.of("tiny"));
    InetSocketAddress taken = server.address();
    assertThatThrownBy(
            () ->
                new OpenAiServer(
                        service, ServerConfig.of("tiny").withAddress("127.0.0.1", taken.getPort()))
                    .close())
        .isInstanceOf(InputException.class)
        .hasMessageContaining("port %d of 127.0.0.1 cannot be".formatted(taken.getPort()));
    assertThatThrownBy(
            () ->
                new OpenAiServer(service, ServerConfig.of("tiny").withAddress("no.such.host.", 0))
                    .close())
        .isInstanceOf(InputException.class)
        .hasMessageContaining("no.such.host.");
  }

  @Test
  void thePageAsksForNothingElsewhere() throws Exception {
    serve(1, 1, ServerConfig.of("tiny"));
    HttpResponse<String> page = client.send(client.request("").GET());
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.headers().firstValue("Content-Security-Policy").orElse(""))
        .contains("default-src 'none'");
    assertThat(page.body()).doesNotContain("http://").doesNotContain("https://");
    try (InputStream stored = OpenAiServer.class.getResourceAsStream("page.html")) {
      assertThat(stored).isNotNull();
    }
  }
}
