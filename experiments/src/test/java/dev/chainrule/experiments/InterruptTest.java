package dev.chainrule.experiments;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ctrl-C while audio is drawn: what is there is a whole file, and its picture can be drawn. */
class InterruptTest {
  private static final int PATIENCE_SECONDS = 120;

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"INT", "TERM"})
  void whatWasDrawnIsWritten(String signal) throws Exception {
    Path model = folder.resolve("model");
    String train =
        "wavenet train --data notes --sample-rate 500 --stacks 1 --layers 2 --residual 4 --gate 4"
            + " --skip 4 --batch-size 1 --crop 64 --steps 1 --threads 1 --out ";
    assertThat(Main.commandLine().execute((train + model).split(" "))).isZero();
    Path out = folder.resolve("heard");
    Path err = folder.resolve("err");
    String sample = "wavenet sample --seconds 86000 --model " + model + " --out " + out;
    Process process =
        Child.of(Main.class, sample.split(" "))
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(err.toFile())
            .start();
    try {
      awaitDrawing(process, out);
      Child.signal(process, signal);
      assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.exitValue()).isEqualTo(signal.equals("INT") ? 130 : 143);
    assertThat(Files.readString(err)).contains("stopping").doesNotContain("error");
    assertThat(out.toFile().list()).containsExactlyInAnyOrder("sample-0.wav", "sample-0.png");
    assertThat(out.resolve("sample-0.wav"))
        .satisfies(wav -> assertThat(Files.size(wav)).isGreaterThan(44));
  }

  /** The file that grows is there, with samples behind its header. */
  private static void awaitDrawing(Process process, Path out)
      throws IOException, InterruptedException {
    long patience = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (size(out) <= 44) {
      assertThat(process.isAlive()).isTrue();
      assertThat(System.nanoTime()).isLessThan(patience);
      Thread.sleep(20);
    }
  }

  private static long size(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return 0;
    }
    long size = 0;
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        size += Files.size(file);
      }
    }
    return size;
  }
}
