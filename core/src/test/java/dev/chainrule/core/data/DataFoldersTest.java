package dev.chainrule.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.chainrule.base.InputException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFoldersTest {
  private static final byte[] CONTENT = "x".repeat(200_000).getBytes(StandardCharsets.US_ASCII);
  private static final Download.Listener SILENT = (file, bytes) -> {};

  @TempDir Path folder;
  private HttpServer server;
  private int requests;

  @BeforeEach
  void startServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    answer("/whole", 200, CONTENT, CONTENT.length);
    answer("/other", 200, "y".repeat(200_000).getBytes(StandardCharsets.US_ASCII), 200_000);
    answer("/long", 200, new byte[300_000], 300_000);
    answer("/short", 200, new byte[100], 100);
    answer("/broken", 200, new byte[100], 200_000);
    answer("/gone", 404, new byte[3], 3);
    server.createContext(
        "/moved",
        exchange -> {
          exchange.getResponseHeaders().add("Location", "/whole");
          exchange.sendResponseHeaders(302, -1);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stopServer() {
    server.stop(0);
  }

  private void answer(String path, int status, byte[] body, long announced) {
    server.createContext(
        path,
        exchange -> {
          requests++;
          exchange.sendResponseHeaders(status, announced);
          exchange.getResponseBody().write(body);
          exchange.getResponseBody().flush();
          exchange.close();
        });
  }

  private PublicFile file(String path) {
    URI home = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
    String sha256 = HexFormat.of().formatHex(DataFolders.sha256().digest(CONTENT));
    return new PublicFile("set", "sub/set.txt", home, CONTENT.length, sha256, "none");
  }

  private DataFolders folders() {
    return new DataFolders(folder.resolve("given"), folder.resolve("cache"));
  }

  @Test
  void downloadsOnceAndReportsProgress() throws IOException {
    List<Long> received = new ArrayList<>();
    Path path = folders().fetch(file("/moved"), (file, bytes) -> received.add(bytes));
    assertThat(path).isEqualTo(folder.resolve("cache/sub/set.txt")).hasBinaryContent(CONTENT);
    assertThat(received).isSorted().endsWith((long) CONTENT.length);
    assertThat(folders().fetch(file("/whole"), SILENT)).isEqualTo(path);
    assertThat(requests).isEqualTo(1);
  }

  @Test
  void theGivenFolderComesFirst() throws IOException {
    Path given = folder.resolve("given/sub/set.txt");
    Files.createDirectories(given.getParent());
    Files.write(given, CONTENT);
    assertThat(folders().fetch(file("/gone"), SILENT)).isEqualTo(given);
    assertThat(requests).isZero();
  }

  @Test
  void anotherFileOfThatNameIsRefused() throws IOException {
    Path given = folder.resolve("given/sub/set.txt");
    Files.createDirectories(given.getParent());
    Files.write(given, new byte[3]);
    assertThatThrownBy(() -> folders().fetch(file("/whole"), SILENT))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(given + ": has 3 bytes, expected the 200000 of http");
    Files.write(given, new byte[CONTENT.length]);
    assertThatThrownBy(() -> folders().fetch(file("/whole"), SILENT))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(given + ": has SHA-256");
  }

  @Test
  void aDownloadThatGoesWrongLeavesNothingAndSaysWhatToDo() {
    Map.of(
            "/other", "SHA-256 ",
            "/long", "more than the expected 200000 bytes",
            "/short", "100 bytes, expected 200000",
            "/broken", "the connection broke",
            "/gone", "the server answered with status 404")
        .forEach(
            (path, problem) ->
                assertThatThrownBy(() -> folders().fetch(file(path), SILENT))
                    .isInstanceOf(InputException.class)
                    .hasMessageContaining(
                        "set: cannot be downloaded from " + file(path).home() + " (" + problem)
                    .hasMessageEndingWith(
                        "fetch it by hand and put it into %s as set.txt",
                        folder.resolve("cache/sub")));
    assertThat(folder).isDirectoryNotContaining("glob:**set.txt*");
    assertThat(folder).isDirectoryNotContaining("glob:**.tmp");
  }

  @Test
  void aServerThatGoesSilentIsNotWaitedForForEver() {
    server.createContext(
        "/silent",
        exchange -> {
          exchange.sendResponseHeaders(200, CONTENT.length);
          exchange.getResponseBody().write(CONTENT, 0, 100);
          exchange.getResponseBody().flush();
        });
    PublicFile file = file("/silent");
    Path target = folder.resolve(file.path());

    assertThatThrownBy(() -> new Download(file, target, Duration.ofMillis(400)).run(SILENT))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("nothing arrived");
    assertThat(folder).isDirectoryNotContaining("glob:**set.txt*");
  }

  @Test
  void theProxyIsTheOneThatTheEnvironmentNames() {
    URI home = URI.create("https://data.example.org/a.txt");
    Map<String, String> proxied = Map.of("HTTPS_PROXY", "http://proxy.example.org:3128");
    Map<String, String> excepted =
        Map.of("https_proxy", "proxy.example.org", "no_proxy", "localhost,.example.org");

    assertThat(ProxyVariable.select(home, proxied::get).select(home))
        .singleElement()
        .extracting(Proxy::address)
        .isEqualTo(new InetSocketAddress("proxy.example.org", 3128));
    assertThat(ProxyVariable.select(home, excepted::get)).isSameAs(ProxySelector.getDefault());
    assertThatThrownBy(() -> ProxyVariable.select(home, name -> "http://:bad"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("https_proxy");
  }

  @Test
  void noNetworkIsSaid() throws IOException {
    int freePort;
    try (ServerSocket socket = new ServerSocket(0)) {
      freePort = socket.getLocalPort();
    }
    URI home = URI.create("http://127.0.0.1:" + freePort + "/set");
    PublicFile file = new PublicFile("set", "set.txt", home, 1, "0".repeat(64), "none");
    assertThatThrownBy(() -> folders().fetch(file, SILENT))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "set: cannot be downloaded from %s (no connection); fetch it by hand and put it into"
                + " %s as set.txt",
            home, folder.resolve("cache"));
  }

  @Test
  void theCacheFollowsTheSystem() {
    Map<String, String> xdg = Map.of("XDG_CACHE_HOME", "/c", "CHAINRULE_DATA", "");
    assertThat(DataFolders.of(xdg::get, "Linux", "/h").cache()).isEqualTo(Path.of("/c/chainrule"));
    Map<String, String> none = Map.of();
    assertThat(DataFolders.of(none::get, "Linux", "/h").cache())
        .isEqualTo(Path.of("/h/.cache/chainrule"));
    assertThat(DataFolders.of(none::get, "Mac OS X", "/h").cache())
        .isEqualTo(Path.of("/h/Library/Caches/chainrule"));
    Map<String, String> windows = Map.of("LOCALAPPDATA", "/l");
    assertThat(DataFolders.of(windows::get, "Windows 11", "/h").cache())
        .isEqualTo(Path.of("/l/chainrule/cache"));
  }

  @Test
  void theVariableMustNameAFolder() {
    Map<String, String> given = Map.of("CHAINRULE_DATA", folder.toString());
    assertThat(DataFolders.of(given::get, "Linux", "/h").given()).contains(folder);
    Map<String, String> wrong = Map.of("CHAINRULE_DATA", "/no/such");
    assertThatThrownBy(() -> DataFolders.of(wrong::get, "Linux", "/h"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("CHAINRULE_DATA: names \"/no/such\"");
  }

  @Test
  void theSharedCopyOfTinyShakespeareIsTheRegisteredOne() throws IOException {
    Optional<Path> path = DataFolders.ofEnvironment().find(PublicFile.TINY_SHAKESPEARE);
    Assumptions.assumeTrue(path.isPresent(), "CHAINRULE_DATA has no tinyshakespeare.txt");
    assertThat(PublicFile.named("tinyshakespeare")).contains(PublicFile.TINY_SHAKESPEARE);
    assertThat(Files.size(path.get())).isEqualTo(1_115_394);
  }
}
