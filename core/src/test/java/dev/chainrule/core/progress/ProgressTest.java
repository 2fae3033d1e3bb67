package dev.chainrule.core.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

@ResourceLock(Resources.SYSTEM_ERR)
class ProgressTest {
  @Test
  void awayFromATerminalItIsWholeLinesThatEndWithTheFinalState() {
    PrintStream real = System.err;
    ByteArrayOutputStream captured = new ByteArrayOutputStream();
    System.setErr(new PrintStream(captured, true, StandardCharsets.UTF_8));
    try (Progress progress = Progress.start("train", 30, "steps")) {
      progress.advance(10);
      progress.note("loss 2.31");
      progress.moveTo(30);
    } finally {
      System.setErr(real);
    }
    String[] lines = captured.toString(StandardCharsets.UTF_8).split("\\R");
    assertThat(lines[lines.length - 1])
        .startsWith("train 100%")
        .contains("30/30 steps", "loss 2.31")
        .doesNotContain("\r", "\u001b");
    assertThat(lines).doesNotHaveDuplicates();
  }
}
