package dev.chainrule.experiments;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The command line seen from outside, as a process of its own. */
class ProcessTest {
  @TempDir Path folder;

  private record Ended(int exitCode, String out, String err) {}

  private Ended chainrule(String... args) throws IOException, InterruptedException {
    Process process = start(args);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Ended(
        process.exitValue(),
        read(folder.resolve("out").toFile()),
        read(folder.resolve("err").toFile()));
  }

  private Process start(String... args) throws IOException {
    return Child.of(Main.class, args)
        .redirectOutput(folder.resolve("out").toFile())
        .redirectError(folder.resolve("err").toFile())
        .start();
  }

  private static String read(File file) throws IOException {
    return Files.readString(file.toPath());
  }

  @Test
  void listingBenchmarksPrintsJsonAlone() throws Exception {
    Ended ended = chainrule("bench", "--list", "--json");
    assertThat(ended.exitCode()).as(ended.err()).isZero();
    assertThat(JsonMapper.shared().readTree(ended.out()).at("/command").asString())
        .isEqualTo("bench");
    assertThat(ended.err()).contains("core.sgemm.M384N512K128");
  }

  @Test
  void interruptingLetsTheCommandFinishItsWorkAndEndsWith130() throws Exception {
    Process process = start("bench", "--json", "--only", "core.sgemm.M384");
    while (!read(folder.resolve("err").toFile()).contains("Ceilings")) {
      assertThat(process.isAlive()).isTrue();
      Thread.sleep(20);
    }
    Child.signal(process, "INT");
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(130);
    JsonNode json = JsonMapper.shared().readTree(read(folder.resolve("out").toFile()));
    assertThat(json.at("/ceilings/sgemm_gflops").asDouble()).isPositive();
  }

  @Test
  @Tag("slow")
  void benchPrintsOneJsonObjectOfCeilingsAndResults() throws Exception {
    Ended ended = chainrule("bench", "--only", "core.sgemm.M384", "--json", "--threads", "1");
    assertThat(ended.exitCode()).as(ended.err()).isZero();
    JsonNode json = JsonMapper.shared().readTree(ended.out());
    assertThat(json.at("/ceilings/sgemm_gflops").asDouble()).isPositive();
    assertThat(json.at("/ceilings/memory_gb_per_second").asDouble()).isPositive();
    assertThat(json.at("/results/0/name").asString()).isEqualTo("core.sgemm.M384N512K128");
    assertThat(json.at("/results/0/milliseconds").asDouble()).isPositive();
    assertThat(json.at("/results/0/share_of_peak").asDouble()).isBetween(0.01, 3.0);
  }

  @Test
  void anUnknownBenchmarkIsAUsageErrorThatListsTheNames() throws Exception {
    Ended ended = chainrule("bench", "--only", "nothing", "--json");
    assertThat(ended.exitCode()).isEqualTo(2);
    assertThat(ended.err()).contains("--only: found nothing").contains("core.sgemm.");
    assertThat(ended.out()).isEmpty();
  }

  @Test
  void theCompletionScriptKnowsTheCommands() throws Exception {
    Ended ended = chainrule("completion");
    assertThat(ended.exitCode()).isZero();
    assertThat(ended.out()).startsWith("#!/usr/bin/env bash").contains("doctor");
  }
}
