package dev.chainrule.experiments.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chainrule.base.InputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeerTest {
  private static final String PRINTED =
      """
      {"results": [
        {"setting": "as it comes", "loss": 4.19001, "milliseconds": 30.5},
        {"setting": "compiled", "error": "no compiler"},
        {"setting": "fused", "loss": 4.19, "milliseconds": 20.25}]}
      """;

  private static Peer withLoss(double loss) {
    return new Peer("gpt_step.py", file -> {}, List.of(), loss);
  }

  @Test
  void theFastestSettingThatWorkedCounts() {
    assertThat(withLoss(4.19).best(PRINTED)).isEqualTo(new Peer.Result("fused", 20.25, 4.19));
  }

  @Test
  void ofEachLibraryTheFastestSettingIsToldBesideOurs() {
    String printed =
        """
        {"results": [
          {"setting": "statsforecast", "error": ["none"]},
          {"setting": "transformers generate", "loss": 1.0, "milliseconds": 4},
          {"setting": "plain PyTorch", "loss": 1.0, "milliseconds": 3},
          {"setting": "plain PyTorch, GOMP_SPINCOUNT=0", "loss": 1.0, "milliseconds": 2},
          {"setting": "R forecast", "loss": 1.0, "milliseconds": 9}]}
        """;
    assertThat(withLoss(1).fastest(printed))
        .extracting(Peer.Result::milliseconds)
        .containsExactly(4.0, 2.0, 9.0);
    assertThat(Peer.library("R forecast")).isEqualTo("R forecast");
    assertThat(Peer.library("torch.compile, fused AdamW")).isEqualTo("torch");
  }

  @Test
  void anotherLossIsRefusedBecauseTheWorkWouldNotBeTheSame() {
    assertThatThrownBy(() -> withLoss(4.2).best(PRINTED))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("4.19001")
        .hasMessageContaining("4.2");
  }

  @Test
  void workWithoutALossHasNoneToCompare() {
    String printed =
        """
        {"results": [
          {"setting": "gluonts, 32 series at a time", "milliseconds": 8, "loss": null},
          {"setting": "gluonts, 500 series at a time", "milliseconds": 6, "loss": null}]}
        """;
    Peer drawing = new Peer("deepar_sample.py", Peer.Weights.none(), List.of(), null);
    assertThat(drawing.fastest(printed))
        .containsExactly(new Peer.Result("gluonts, 500 series at a time", 6, null));
    assertThat(drawing.libraries()).containsExactly("gluonts");
    assertThatThrownBy(() -> withLoss(1).fastest(printed)).hasMessageContaining("null");
  }

  /** What makes our libraries fast makes others slow. */
  @Test
  void anotherLibraryDoesNotGetTheVariablesThatAreSetForOurs(@TempDir Path folder)
      throws IOException, InterruptedException {
    Assumptions.assumeTrue(System.getenv("GOMP_SPINCOUNT") != null, "GOMP_SPINCOUNT is not set");
    Path sh = Path.of("/bin/sh");
    List<String> command = List.of(sh.toString(), "-c", "echo spin=$GOMP_SPINCOUNT home=$HOME");
    assertThat(Peer.output(command, sh, folder.resolve("printed")))
        .startsWith("spin= home=")
        .doesNotEndWith("home=\n");
  }

  @Test
  void noSettingThatWorkedIsAnError() {
    assertThatThrownBy(() -> withLoss(4.2).best("{\"results\": [{\"error\": \"x\"}]}"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("gpt_step.py");
  }
}
