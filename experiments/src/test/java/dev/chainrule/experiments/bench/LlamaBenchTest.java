package dev.chainrule.experiments.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chainrule.base.InputException;
import dev.chainrule.core.kernel.GateFunction;
import dev.chainrule.core.quant.BlockFormat;
import dev.chainrule.core.quant.BlockMatrix;
import dev.chainrule.text.architecture.ForeignModel;
import dev.chainrule.text.decoder.DecoderConfig;
import dev.chainrule.text.decoder.Rotary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LlamaBenchTest {
  private static final DecoderConfig CONFIG =
      new DecoderConfig(
          70,
          64,
          2,
          64,
          96,
          4,
          2,
          16,
          DecoderConfig.Norm.rms(0x1p-17),
          DecoderConfig.Positions.rotary(Rotary.of(10_000)),
          GateFunction.SILU,
          true,
          DecoderConfig.Biases.NONE,
          false,
          false,
          List.of(),
          1,
          0,
          0,
          1,
          true,
          0);

  @TempDir Path folder;

  private final RandomBlocks weights = new RandomBlocks(CONFIG, BlockFormat.Q4_0, 5);

  /** A program that keeps the file that it is given, and prints something. */
  private Path program(String prints) throws IOException {
    Path script = folder.resolve("llama-bench");
    Files.writeString(
        script,
        "#!/bin/sh\ncp \"$2\" '%s'\necho \"$*\" > '%s'\n%s\n"
            .formatted(folder.resolve("kept.gguf"), folder.resolve("arguments"), prints));
    assertThat(script.toFile().setExecutable(true)).isTrue();
    return script;
  }

  @Test
  void itMeetsTheSameWeights() throws Exception {
    LlamaBench bench = new LlamaBench(CONFIG, weights, 0, 128);
    Path program = program("echo '[{\"avg_ns\": 256000000, \"avg_ts\": 500.0}]'");
    assertThat(bench.run(program, 3)).isEqualTo(new Peer.Result("llama-bench", 2, null));
    assertThat(folder.resolve("arguments")).content().contains("-t 3 -p 0 -n 128");
    try (ForeignModel model = ForeignModel.open(folder.resolve("kept.gguf"))) {
      assertThat(model.config()).isEqualTo(CONFIG);
      RandomBlocks again = new RandomBlocks(CONFIG, BlockFormat.Q4_0, 5);
      for (String name : List.of("embed.weight", "layers.1.q.weight", "layers.0.down.weight")) {
        BlockMatrix stored = model.weights().blocks(name).orElseThrow();
        assertThat(stored.format()).isEqualTo(BlockFormat.Q4_0);
        assertThat(stored.data().mismatch(again.matrix(name).data())).as(name).isEqualTo(-1);
      }
    }
  }

  @Test
  void aPromptIsReadInOnePiece() throws Exception {
    LlamaBench bench = new LlamaBench(CONFIG, weights, 128, 0);
    Path program = program("echo '[{\"avg_ns\": 5000000}]'");
    assertThat(bench.run(program, 1).milliseconds()).isEqualTo(5);
    assertThat(folder.resolve("arguments")).content().contains("-t 1 -p 128 -n 0");
  }

  @Test
  void aProgramThatFailsOrPrintsSomethingElseIsAnError() throws IOException {
    LlamaBench bench = new LlamaBench(CONFIG, weights, 0, 8);
    Path failing = program("exit 3");
    assertThatThrownBy(() -> bench.run(failing, 1))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("exit code 3");
    Path other = program("echo 'usage: llama-bench'");
    assertThatThrownBy(() -> bench.run(other, 1))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("printed no JSON");
    Path empty = program("echo '[]'");
    assertThatThrownBy(() -> bench.run(empty, 1))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("avg_ns");
  }
}
