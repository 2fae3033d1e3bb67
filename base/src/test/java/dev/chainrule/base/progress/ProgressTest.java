package dev.chainrule.base.progress;

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
    String[] lines =
        shown(
            () -> {
              try (Progress progress = Progress.start("train", 30, "steps")) {
                progress.advance(10);
                progress.note("loss 2.31");
                progress.moveTo(30);
              }
            });
    assertThat(lines[lines.length - 1])
        .startsWith("train 100%")
        .contains("30/30 steps", "loss 2.31")
        .doesNotContain("\r", "\u001b");
    assertThat(lines).doesNotHaveDuplicates();
  }

  @Test
  void theRateIsOfWhatWasDoneSinceTheStart() {
    String[] lines =
        shown(
            () -> {
              try (Progress progress =
                  Progress.resume("train", 1_000_000_000, 2_000_000_000, "steps")) {
                progress.note("");
              }
            });
    assertThat(lines[lines.length - 1]).contains("1000000000/2000000000 steps");
    assertThat(lines[lines.length - 1]).matches(".*\\) +[0.?]+ steps/s.*");
  }

  @Test
  void aPartOfSomethingGreaterShowsNothing() {
    String[] lines =
        shown(
            () -> {
              Progress.say("before");
              Progress.silently(
                  () -> {
                    Progress.say("within");
                    try (Progress progress = Progress.start("train", 30, "steps").within(1)) {
                      progress.advance(10);
                      progress.note("loss");
                      progress.moveTo(30);
                    }
                    return 0;
                  });
              Progress.say("after");
            });
    assertThat(lines).containsExactly("before", "after");
  }

  private static String[] shown(Runnable work) {
    PrintStream real = System.err;
    ByteArrayOutputStream captured = new ByteArrayOutputStream();
    System.setErr(new PrintStream(captured, true, StandardCharsets.UTF_8));
    try {
      work.run();
    } finally {
      System.setErr(real);
    }
    return captured.toString(StandardCharsets.UTF_8).split("\\R");
  }

  @Test
  void aTimeLimitMakesTheEndAnEstimate() {
    assertThat(Progress.expected(0, 0, 4000, 0, 120)).isEqualTo(4000);
    assertThat(Progress.expected(0, 10, 4000, 6, 120)).isEqualTo(200);
    assertThat(Progress.expected(0, 1000, 4000, 6, 120)).isEqualTo(4000);
    assertThat(Progress.expected(500, 510, 4000, 6, 120)).isEqualTo(700);
    assertThat(Progress.expected(0, 300, 4000, 125, 120)).isEqualTo(300);
    assertThat(Progress.expected(0, 300, 4000, 125, Double.POSITIVE_INFINITY)).isEqualTo(4000);
  }
}
