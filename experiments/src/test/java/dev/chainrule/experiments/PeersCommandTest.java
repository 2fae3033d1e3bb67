package dev.chainrule.experiments;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** {@code bench peers} with a Python that only says what it would have done. */
@DisabledOnOs(OS.WINDOWS)
class PeersCommandTest {
  @TempDir Path folder;

  private Path python(String script) throws IOException {
    Path file = Files.writeString(folder.resolve("python"), "#!/bin/sh\n" + script);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @Test
  void whatIsInstalledAndWhatIsAbsentIsSaid() throws IOException {
    Path python =
        python("echo '{\"torch\": \"2.15.0\", \"transformers\": null, \"gluonts\": null}'\n");
    Outcome outcome = Outcome.of("bench", "peers", "--list", "--python", python.toString());
    assertThat(outcome.code()).as(outcome.err()).isZero();
    assertThat(outcome.out())
        .containsPattern("torch +2\\.15\\.0")
        .containsPattern("transformers +absent")
        .containsPattern("statsforecast +absent")
        .containsPattern("ik-llama-cpp-python +");
  }

  @Test
  void aPrefixOfNoBenchmarkIsAUsageError() throws IOException {
    Path python = python("echo '{\"torch\": \"2.15.0\"}'\n");
    Outcome.assertFailure(
        2,
        List.of("--only: found no.such"),
        Outcome.of("bench", "peers", "--only", "no.such", "--python", python.toString()));
  }

  @Test
  void aPythonThatIsNoneIsAUsageError() {
    Outcome.assertFailure(
        2,
        List.of("--python: found " + folder.resolve("none") + ", expected a program"),
        Outcome.of("bench", "peers", "--list", "--python", folder.resolve("none").toString()));
  }

  @Test
  void aPythonThatFailsIsNamed() throws IOException {
    Path python = python("exit 3\n");
    Outcome.assertFailure(
        1,
        List.of("installed.py", "exit code 3"),
        Outcome.of("bench", "peers", "--list", "--python", python.toString()));
  }

  /** Installing is named for each line, and goes on after one that cannot be had. */
  @Test
  void installGoesOnWithTheRest() throws IOException, InterruptedException {
    Path peers = Files.createDirectories(folder.resolve("peers"));
    for (String name : List.of("install", "requirements.txt")) {
      Files.copy(
          ProjectFolder.root().resolve("experiments/peers").resolve(name),
          peers.resolve(name),
          java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
    }
    Path python =
        python(
            """
            mkdir -p "$3/bin"
            printf '#!/bin/sh\\necho "$0 $5" >>"%s"\\ncase $5 in gluonts*) exit 1 ;; esac\\n' \
              "$CALLS" >"$3/bin/python"
            chmod +x "$3/bin/python"
            """);
    Path calls = folder.resolve("calls");
    ProcessBuilder install = new ProcessBuilder(peers.resolve("install").toString());
    install.environment().put("PEERS_PYTHON", python.toString());
    install.environment().put("CALLS", calls.toString());
    Path printed = folder.resolve("printed");
    Process process = install.redirectErrorStream(true).redirectOutput(printed.toFile()).start();
    assertThat(process.waitFor()).isEqualTo(1);
    assertThat(Files.readString(printed))
        .contains("install: gluonts==0.17.0 could not be installed")
        .contains("install: not installed: gluonts==0.17.0");
    assertThat(Files.readString(calls))
        .contains("env/bin/python torch==2.15.0", "env/bin/python ik-llama-cpp-python==0.1.5")
        .contains("env/bin/python llama-cpp-python==0.3.36");
  }
}
