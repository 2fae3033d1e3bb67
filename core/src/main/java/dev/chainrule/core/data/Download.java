package dev.chainrule.core.data;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.AtomicFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Fetches one public file; it takes its place only when its size and SHA-256 are right. */
public final class Download {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final Duration STALL = Duration.ofSeconds(60);
  private static final int HTTP_OK = 200;
  private static final int BUFFER_BYTES = 1 << 16;

  private final PublicFile file;
  private final Path target;
  private final Duration patience;

  Download(PublicFile file, Path target) {
    this(file, target, STALL);
  }

  Download(PublicFile file, Path target, Duration patience) {
    this.file = file;
    this.target = target;
    this.patience = patience;
  }

  /** Watches a download. */
  @FunctionalInterface
  public interface Listener {
    /** Called after each part. */
    void received(PublicFile file, long bytes);
  }

  /** Downloads the file and returns where it is. */
  Path run(Listener listener) throws IOException {
    try (HttpClient client =
        HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NORMAL)
            .connectTimeout(TIMEOUT)
            .proxy(ProxyVariable.select(file.home(), System::getenv))
            .build()) {
      HttpResponse<InputStream> response = send(client);
      try (InputStream body = response.body()) {
        if (response.statusCode() != HTTP_OK) {
          throw failure("the server answered with status " + response.statusCode(), null);
        }
        try (StallGuard guard = new StallGuard(body, patience)) {
          AtomicFile.write(target, channel -> receive(body, guard, channel, listener));
        }
      }
      return target;
    }
  }

  private HttpResponse<InputStream> send(HttpClient client) throws IOException {
    try {
      return client.send(
          HttpRequest.newBuilder(file.home()).timeout(TIMEOUT).build(),
          HttpResponse.BodyHandlers.ofInputStream());
    } catch (HttpTimeoutException e) {
      throw failure("no answer within %d s".formatted(TIMEOUT.toSeconds()), e);
    } catch (ConnectException e) {
      throw failure("no connection", e);
    } catch (IOException e) {
      throw failure("the request failed: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      InterruptedIOException interrupted = new InterruptedIOException("download interrupted");
      interrupted.initCause(e);
      throw interrupted;
    }
  }

  private void receive(InputStream body, StallGuard guard, FileChannel channel, Listener listener)
      throws IOException {
    MessageDigest digest = DataFolders.sha256();
    byte[] buffer = new byte[BUFFER_BYTES];
    long received = 0;
    for (int n = read(body, guard, buffer); n >= 0; n = read(body, guard, buffer)) {
      guard.received();
      received += n;
      if (received > file.bytes()) {
        throw failure("more than the expected %d bytes".formatted(file.bytes()), null);
      }
      digest.update(buffer, 0, n);
      ByteBuffer part = ByteBuffer.wrap(buffer, 0, n);
      while (part.hasRemaining()) {
        channel.write(part);
      }
      listener.received(file, received);
    }
    if (received < file.bytes()) {
      throw failure("%d bytes, expected %d".formatted(received, file.bytes()), null);
    }
    String found = HexFormat.of().formatHex(digest.digest());
    if (!found.equals(file.sha256())) {
      throw failure("SHA-256 %s, expected %s".formatted(found, file.sha256()), null);
    }
  }

  private int read(InputStream body, StallGuard guard, byte[] buffer) {
    try {
      return body.read(buffer);
    } catch (IOException e) {
      if (guard.stalled()) {
        throw failure("nothing arrived for %d s".formatted(patience.toSeconds()), e);
      }
      throw failure("the connection broke: " + e.getMessage(), e);
    }
  }

  private InputException failure(String problem, @Nullable Exception e) {
    String sentence =
        "%s: cannot be downloaded from %s (%s); fetch it by hand and put it into %s as %s"
            .formatted(file.name(), file.home(), problem, target.getParent(), target.getFileName());
    return e == null ? new InputException(sentence) : new InputException(sentence, e);
  }
}
