package dev.chainrule.experiments;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chainrule.base.random.CounterRandom;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server as a process of its own, and ten times more clients than slots: most ask and read, some
 * leave in the middle, some never read, some send rubbish, some never end their request. {@code
 * -Dload.seconds} says for how long (20 by itself), {@code -Dload.model} which model is served, in
 * place of a tiny one.
 */
@Tag("slow")
class ServingLoadTest {
  private static final int SLOTS = 4;
  private static final int CLIENTS = 10 * SLOTS;
  private static final Pattern URL = Pattern.compile("http://([\\d.]+):(\\d+)/ serves");

  @TempDir Path folder;
  private final ConcurrentLinkedQueue<Double> firstTokens = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
  private final LongAdder accepted = new LongAdder();
  private final LongAdder whole = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final LongAdder misbehaved = new LongAdder();
  private InetSocketAddress address = new InetSocketAddress(0);
  private volatile boolean over;

  @Test
  void nothingThatWasAcceptedIsLostAndMemoryStaysFlat() throws Exception {
    long seconds = Long.getLong("load.seconds", 20);
    Process server = serve();
    try {
      List<Thread> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        int number = i;
        clients.add(Thread.ofVirtual().start(() -> behave(number)));
      }
      long third = Math.max(1, seconds / 3);
      long[] resident = new long[4];
      resident[0] = memory(server);
      for (int i = 1; i < resident.length; i++) {
        TimeUnit.SECONDS.sleep(third);
        resident[i] = memory(server);
      }
      over = true;
      for (Thread client : clients) {
        assertThat(client.join(Duration.ofMinutes(2))).as("a client that waits for ever").isTrue();
      }
      String metrics = metrics();
      double[] sorted = firstTokens.stream().mapToDouble(each -> each).sorted().toArray();
      System.out.printf(
          "%d s, %d clients of %d slots: %d accepted, %d whole, %d lost, %d refused, %d that"
              + " misbehaved; first token p50 %.3f s, p99 %.3f s; resident %d MB before, %d, %d and"
              + " %d MB after each third%n",
          3 * third,
          CLIENTS,
          SLOTS,
          accepted.sum(),
          whole.sum(),
          accepted.sum() - whole.sum(),
          refused.sum(),
          misbehaved.sum(),
          sorted[sorted.length / 2],
          sorted[sorted.length * 99 / 100],
          resident[0] >> 10,
          resident[1] >> 10,
          resident[2] >> 10,
          resident[3] >> 10);
      assertThat(wrong).isEmpty();
      assertThat(whole.sum()).isEqualTo(accepted.sum()).isPositive();
      assertThat(misbehaved.sum()).isPositive();
      assertThat(resident[3]).as("kB resident").isLessThan(resident[1] + resident[1] / 5);
      assertThat(metrics).contains("chainrule_texts_running 0\n");
      assertThat(metrics).contains("chainrule_texts_ended_total{how=\"failed\"} 0\n");
      Child.signal(server, "TERM");
      assertThat(server.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(server.exitValue()).isEqualTo(143);
    } finally {
      server.destroyForcibly();
    }
  }

  private Process serve() throws IOException, InterruptedException {
    String model = System.getProperty("load.model");
    if (model == null) {
      Path data = Files.writeString(folder.resolve("data.txt"), "one two three\n".repeat(100));
      model = folder.resolve("model").toString();
      List<String> train =
          List.of("text", "train", "--data", data.toString(), "--out", model, "--steps", "2");
      assertThat(Outcome.of(train.toArray(String[]::new)).code()).isZero();
    }
    Path out = folder.resolve("out");
    Process server =
        Child.of(
                Main.class,
                "text",
                "serve",
                "--model",
                model,
                "--name",
                "m",
                "--port",
                "0",
                "--slots",
                Integer.toString(SLOTS),
                "--queue",
                Integer.toString(4 * SLOTS))
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();
    while (true) {
      Matcher told = URL.matcher(Files.readString(out));
      if (told.find()) {
        address = new InetSocketAddress(told.group(1), Integer.parseInt(told.group(2)));
        return server;
      }
      assertThat(server.isAlive()).as(Files.readString(out)).isTrue();
      Thread.sleep(50);
    }
  }

  /** Resident memory in kB, as Linux counts it. */
  private static long memory(Process process) throws IOException {
    Path status = Path.of("/proc/" + process.pid() + "/status");
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("VmRSS"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .sum();
  }

  private URI uri(String path) {
    return URI.create(
        "http://%s:%d/%s".formatted(address.getHostString(), address.getPort(), path));
  }

  private String metrics() throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client
          .send(
              HttpRequest.newBuilder(uri("metrics")).build(), HttpResponse.BodyHandlers.ofString())
          .body();
    }
  }

  private void behave(int number) {
    CounterRandom random = CounterRandom.of(31, number);
    try (HttpClient client = HttpClient.newHttpClient()) {
      while (!over) {
        switch (number % 8) {
          case 0 -> leave(random);
          case 1 -> sendRubbish(random);
          case 2 -> hang(random);
          default -> ask(client, random);
        }
      }
    } catch (IOException e) {
      wrong.add("client %d: %s".formatted(number, e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String body(CounterRandom random, boolean stream) {
    return "{\"prompt\":\"one two %s\",\"max_tokens\":%d,\"seed\":%d,\"stream\":%s,\"logprobs\":2}"
        .formatted(
            "one ".repeat(random.nextInt(5)), 1 + random.nextInt(30), random.nextInt(9), stream);
  }

  private void ask(HttpClient client, CounterRandom random)
      throws IOException, InterruptedException {
    boolean stream = random.nextBoolean();
    HttpRequest request =
        HttpRequest.newBuilder(uri("v1/completions"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body(random, stream)))
            .build();
    long begun = System.nanoTime();
    HttpResponse<java.util.stream.Stream<String>> answer =
        client.send(request, HttpResponse.BodyHandlers.ofLines());
    if (answer.statusCode() == 429) {
      refused.increment();
      answer.body().close();
      Thread.sleep(20 + random.nextInt(100));
      return;
    }
    if (answer.statusCode() != 200) {
      wrong.add("status %d".formatted(answer.statusCode()));
      return;
    }
    accepted.increment();
    boolean[] seen = new boolean[2];
    answer
        .body()
        .forEach(
            line -> {
              if (line.contains("\"choices\":[{") && !seen[0]) {
                seen[0] = true;
                if (stream) {
                  firstTokens.add((System.nanoTime() - begun) * 1e-9);
                }
              }
              seen[1] |= stream ? line.equals("data: [DONE]") : line.contains("\"usage\"");
            });
    if (seen[0] && seen[1]) {
      whole.increment();
    } else {
      wrong.add("an answer that is not whole");
    }
  }

  private Socket post(String body, int announced) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(1024);
    socket.connect(address);
    String head =
        "POST /v1/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            + "Content-Length: %d\r\n\r\n%s";
    socket
        .getOutputStream()
        .write(head.formatted(announced, body).getBytes(StandardCharsets.ISO_8859_1));
    misbehaved.increment();
    return socket;
  }

  private void leave(CounterRandom random) throws IOException, InterruptedException {
    String body = body(random, random.nextBoolean());
    try (Socket socket = post(body, body.length())) {
      Thread.sleep(random.nextInt(300));
      socket.setSoLinger(true, 0);
    }
  }

  private void sendRubbish(CounterRandom random) throws IOException, InterruptedException {
    byte[] bytes = new byte[200];
    random.nextBytes(bytes);
    String rubbish = new String(bytes, StandardCharsets.ISO_8859_1);
    try (Socket socket = post(rubbish, bytes.length)) {
      socket.setSoTimeout(20_000);
      byte[] answer = Arrays.copyOf(socket.getInputStream().readNBytes(12), 12);
      String status = new String(answer, StandardCharsets.ISO_8859_1);
      if (!status.equals("HTTP/1.1 400")) {
        wrong.add("rubbish got " + status);
      }
      Thread.sleep(random.nextInt(50));
    }
  }

  /** Asks for much and reads nothing, or does not end what it asks. */
  private void hang(CounterRandom random) throws IOException, InterruptedException {
    boolean half = random.nextBoolean();
    String body = body(random, true);
    try (Socket socket = post(body, half ? body.length() + 10 : body.length())) {
      for (int i = 0; i < 30 && !over; i++) {
        Thread.sleep(100);
      }
      assertThat(socket.isConnected()).isTrue();
    }
  }
}
