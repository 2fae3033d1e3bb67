package dev.chainrule.experiments;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A scratch folder in which bash finds what the pages speak of: the project's folders, the files
 * that {@link PageFiles} makes, and a {@code ./chainrule} that hands commands to a {@link
 * CommandServer}, and programs to the launcher itself, which finds all built. What is not the
 * project's (Maven, Python and its packages) is there by name only, and does nothing.
 */
@SuppressWarnings("try") // closing may be interrupted
final class Workshop implements AutoCloseable {
  private static final String LAUNCHER =
      """
      #!/bin/bash
      # Studies take minutes: they are compiled, all of them, by StudiesTest.
      case "$1 ${2:-}" in "java experiments/studies/"*) exit 0 ;; esac
      case $1 in classpath | java | jshell) exec launcher/chainrule "$@" ;; esac
      printf '%s\\0' "$@" >request
      echo >ask
      read -r code <answer
      cat request.err >&2
      cat request.out
      exit "$code"
      """;

  private static final String NOTHING = "#!/bin/sh\nexit 0\n";
  private static final int PATIENCE_SECONDS = 300;

  private final Path folder;
  private final Path data;
  private final Process server;

  /**
   * Opens one.
   *
   * @param folder empty
   * @param data what CHAINRULE_DATA is to name
   */
  Workshop(Path folder, Path data) throws IOException, InterruptedException {
    this.folder = folder;
    this.data = data;
    for (String name :
        List.of("timeseries", "core", "experiments", "examples", "docs", "README.md")) {
      Files.createSymbolicLink(folder.resolve(name), ProjectFolder.root().resolve(name));
    }
    PageFiles.write(folder);
    script("chainrule", LAUNCHER);
    BuiltLauncher.write(folder.resolve("launcher"));
    for (String name : List.of("tools/mvn", "tools/python3", "peers/bin/pip", "peers/bin/python")) {
      script(name, NOTHING);
    }
    new ProcessBuilder("mkfifo", "ask", "answer").directory(folder.toFile()).start().waitFor();
    ProcessBuilder builder = Child.of(CommandServer.class).directory(folder.toFile());
    builder.environment().put("CHAINRULE_DATA", data.toString());
    server = builder.redirectErrorStream(true).redirectOutput(log().toFile()).start();
  }

  /** Deletes what commands wrote. */
  void clear() throws IOException, InterruptedException {
    run(
        "rm -rf runs M classes *.png *.html *.gif *.wav *.mid train.txt test.txt air.csv"
            + " forecast*.csv");
    PageFiles.write(folder);
  }

  /** What bash made of a script: empty if it went well, or else all that was printed. */
  String run(String script) throws IOException, InterruptedException {
    Path printed = folder.resolve("printed");
    ProcessBuilder bash =
        new ProcessBuilder("bash", "-euo", "pipefail", "-c", Shortening.script(script))
            .directory(folder.toFile());
    Map<String, String> environment = bash.environment();
    Path jdk = Path.of(System.getProperty("java.home"), "bin");
    environment.put("PATH", folder.resolve("tools") + ":" + jdk + ":" + environment.get("PATH"));
    environment.put("CHAINRULE_DATA", data.toString());
    environment.put("CHAINRULE_JAVA_HOME", System.getProperty("java.home"));
    Process process =
        bash.redirectErrorStream(true)
            .redirectOutput(printed.toFile())
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .start();
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      return "no end after " + PATIENCE_SECONDS + " s\n" + Files.readString(log());
    }
    return process.exitValue() == 0 ? "" : Files.readString(printed);
  }

  private Path log() {
    return folder.resolve("server.log");
  }

  private void script(String name, String content) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @Override
  public void close() throws InterruptedException {
    server.destroyForcibly().waitFor();
  }
}
