package dev.chainrule.text.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chainrule.base.InputException;
import dev.chainrule.core.engine.Compute;
import dev.chainrule.text.serving.ServedModel;
import dev.chainrule.text.serving.ServiceConfig;
import dev.chainrule.text.serving.TextService;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images and sound over HTTP, of models that say what they were asked. */
class MediaRoutesTest {
  private static final String IMAGES = "v1/images/generations";
  private static final String SOUND = "v1/audio/speech";

  @TempDir Path folder;
  private final CountDownLatch reached = new CountDownLatch(1);
  private final CountDownLatch gate = new CountDownLatch(1);
  private volatile boolean held;
  private OpenAiServer server;
  private Client client;

  private final class Drawn implements Media.Images {
    @Override
    public String name() {
      return "digits";
    }

    @Override
    public String size() {
      return "28x28";
    }

    @Override
    public List<byte[]> draw(
        int count, long seed, double temperature, OptionalInt label, BooleanSupplier cancelled) {
      if (label.orElse(0) > 9) {
        throw new IllegalArgumentException("class 10, expected 0 to 9");
      }
      if (held) {
        reached.countDown();
        while (gate.getCount() > 0) {
          if (cancelled.getAsBoolean()) {
            throw new CancellationException("nobody waits");
          }
          Thread.onSpinWait();
        }
      }
      List<byte[]> files = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        String file = "%d %d %s %s".formatted(i, seed, temperature, label);
        files.add(file.getBytes(StandardCharsets.UTF_8));
      }
      return files;
    }
  }

  private record Heard() implements Media.Audio {
    @Override
    public String name() {
      return "notes";
    }

    @Override
    public byte[] draw(
        double seconds,
        long seed,
        double temperature,
        Map<String, String> labels,
        BooleanSupplier cancelled)
        throws IOException {
      if (labels.containsValue("broken")) {
        throw new IOException("broken");
      }
      return "%s %d %s %s"
          .formatted(seconds, seed, temperature, labels)
          .getBytes(StandardCharsets.UTF_8);
    }
  }

  private void serve(int queue, Duration patience) throws IOException {
    ServiceConfig texts = ServiceConfig.of(ServedModel.CONTEXT).withSlots(1, queue);
    ServerConfig config = ServerConfig.of("tiny");
    server =
        new OpenAiServer(
            new TextService(ServedModel.in(folder), Compute.automatic(), texts),
            new Media(new Drawn(), new Heard()),
            config.withLimits(config.bodyBytes(), patience, config.stall()));
    client = Client.of(server);
  }

  @AfterEach
  void close() {
    gate.countDown();
    client.close();
    server.close();
  }

  @Test
  void imagesAndSoundHaveTheFormOfTheApi() throws Exception {
    serve(4, Duration.ofMinutes(1));
    Client.Reply images =
        client.post(
            IMAGES,
            "{\"model\":\"digits\",\"prompt\":\"7\",\"n\":2,\"seed\":5,\"size\":\"28x28\","
                + "\"temperature\":0.5,\"response_format\":\"b64_json\"}");
    assertThat(images.status()).as(images.message()).isEqualTo(200);
    assertThat(images.json().get("created").asLong()).isPositive();
    assertThat(images.json().get("data").size()).isEqualTo(2);
    byte[] second = Base64.getDecoder().decode(images.json().at("/data/1/b64_json").asString());
    assertThat(new String(second, StandardCharsets.UTF_8)).isEqualTo("1 5 0.5 OptionalInt[7]");
    HttpResponse<String> sound =
        client.send(
            client
                .request(SOUND)
                .POST(
                    BodyPublishers.ofString(
                        "{\"model\":\"notes\",\"voice\":\"any\",\"input\":\"digit=3, speaker=x\","
                            + "\"seconds\":1.5,\"seed\":2}")));
    assertThat(sound.statusCode()).as(sound.body()).isEqualTo(200);
    assertThat(sound.headers().firstValue("Content-Type")).contains("audio/wav");
    assertThat(sound.body()).isEqualTo("1.5 2 1.0 {digit=3, speaker=x}");
    assertThat(client.get("v1/models").json().get("data").size()).isEqualTo(3);
    assertThat(client.get("v1/models/notes").json().get("id").asString()).isEqualTo("notes");
  }

  @Test
  void whatCannotBeDrawnIsRefusedByItsField() throws Exception {
    serve(4, Duration.ofMinutes(1));
    refused(IMAGES, "{\"prompt\":\"a cat\"}", 400, "prompt");
    refused(IMAGES, "{\"prompt\":\"10\"}", 400, "prompt");
    refused(IMAGES, "{\"n\":11}", 400, "n");
    refused(IMAGES, "{\"size\":\"1024x1024\"}", 400, "size");
    refused(IMAGES, "{\"response_format\":\"url\"}", 400, "response_format");
    refused(IMAGES, "{\"stream\":true}", 400, "stream");
    refused(IMAGES, "{\"model\":\"dall-e-3\"}", 404, "");
    refused(IMAGES, "{\"nonsense\":1}", 400, "nonsense");
    refused(SOUND, "{\"input\":\"Hello\"}", 400, "input");
    refused(SOUND, "{\"input\":\"a=1,a=2\"}", 400, "input");
    refused(SOUND, "{\"seconds\":31}", 400, "seconds");
    refused(SOUND, "{\"seconds\":0}", 400, "seconds");
    refused(SOUND, "{\"response_format\":\"mp3\"}", 400, "response_format");
    refused(SOUND, "{\"speed\":2}", 400, "speed");
    refused(SOUND, "{\"input\":\"a=broken\"}", 500, "");
  }

  private void refused(String path, String body, int status, String param) throws Exception {
    Client.Reply reply = client.post(path, body);
    assertThat(reply.status()).as(body).isEqualTo(status);
    assertThat(reply.param()).as(body).isEqualTo(param);
  }

  private CompletableFuture<HttpResponse<String>> ask() {
    return client
        .http()
        .sendAsync(
            client.request(IMAGES).POST(BodyPublishers.ofString("{}")).build(),
            HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void oneIsDrawnAndAsManyAsMayWait() throws Exception {
    serve(1, Duration.ofMinutes(1));
    held = true;
    CompletableFuture<HttpResponse<String>> first = ask();
    reached.await();
    List<CompletableFuture<HttpResponse<String>>> others = List.of(ask(), ask());
    // Whichever comes first may wait, and the other is refused while the first one is drawn.
    HttpResponse<?> refused =
        (HttpResponse<?>) CompletableFuture.anyOf(others.get(0), others.get(1)).get();
    assertThat(refused.statusCode()).isEqualTo(429);
    gate.countDown();
    assertThat(first.get().statusCode()).isEqualTo(200);
    assertThat(others.get(0).get().statusCode() + others.get(1).get().statusCode())
        .isEqualTo(200 + 429);
  }

  @Test
  void whatTakesTooLongIsNotWaitedFor() throws Exception {
    serve(1, Duration.ofMillis(200));
    held = true;
    assertThat(client.post(IMAGES, "{}").status()).isEqualTo(504);
    held = false;
    assertThat(client.post(IMAGES, "{}").status()).isEqualTo(200);
  }

  @Test
  void whatWasAcceptedIsDrawnWithinTheGraceOfAStop() throws Exception {
    serve(1, Duration.ofMinutes(1));
    held = true;
    CompletableFuture<HttpResponse<String>> first = ask();
    reached.await();
    CompletableFuture<HttpResponse<String>> second = ask();
    Thread.sleep(200); // until it waits
    CompletableFuture<Void> stopped =
        CompletableFuture.runAsync(() -> server.close(Duration.ofMinutes(1)));
    awaitHealth(503);
    assertThat(client.post(IMAGES, "{}").status()).isEqualTo(503);
    gate.countDown();
    assertThat(first.get().statusCode()).isEqualTo(200);
    assertThat(second.get().statusCode()).isEqualTo(200);
    stopped.get();
  }

  @Test
  void whatIsNotDrawnWithinTheGraceIsToldThatTheServerStops() throws Exception {
    serve(1, Duration.ofMinutes(1));
    held = true;
    CompletableFuture<HttpResponse<String>> first = ask();
    reached.await();
    server.close(Duration.ofMillis(50));
    assertThat(first.get().statusCode()).isEqualTo(503);
  }

  private void awaitHealth(int status) throws Exception {
    while (client.get("health").status() != status) {
      Thread.sleep(5);
    }
  }

  @Test
  void modelsOfOneNameAreRefused() throws Exception {
    serve(1, Duration.ofMinutes(1));
    ServiceConfig texts = ServiceConfig.of(ServedModel.CONTEXT);
    try (TextService service =
        new TextService(ServedModel.in(folder.resolve("other")), Compute.automatic(), texts)) {
      Media media = new Media(new Drawn(), null);
      assertThatThrownBy(() -> new OpenAiServer(service, media, ServerConfig.of("digits")))
          .isInstanceOf(InputException.class)
          .hasMessage("two models are called 'digits', expected a name of its own for each");
    }
  }
}
