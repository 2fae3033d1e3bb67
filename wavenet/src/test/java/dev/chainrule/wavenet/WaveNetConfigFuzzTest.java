package dev.chainrule.wavenet;

import dev.chainrule.base.io.Json;
import dev.chainrule.base.io.Utf8File;
import dev.chainrule.core.testkit.ConfigFuzz;
import dev.chainrule.core.testkit.Mutations;
import dev.chainrule.core.testkit.ReaderFuzz;
import dev.chainrule.wavenet.audio.MelFeatures;
import java.util.List;
import org.junit.jupiter.api.Test;

class WaveNetConfigFuzzTest {
  @Test
  void configurations() {
    WaveNetConfig config =
        new WaveNetConfig(
            8000,
            new WaveNetConfig.Signal(Quantization.LINEAR, 256, false),
            WaveNetConfig.Head.logistics(3),
            new WaveNetConfig.Stack(2, 3, 2, 4, 6, 5),
            List.of(new WaveNetConfig.Label("speaker", List.of("a", "b"))),
            new WaveNetConfig.Local(5, 64, List.of(8, 8)));
    ConfigFuzz.run("wavenet-config", config, WaveNetConfig.class, WaveNet::new);
  }

  @Test
  void features() {
    String[] tokens = Mutations.tokens(Json.line(MelFeatures.Config.of(8000)));
    ReaderFuzz.run(
        "features-json",
        120,
        random -> Mutations.text(tokens, random),
        bytes ->
            Json.parse(
                Utf8File.decode(bytes, ReaderFuzz.ORIGIN, "JSON"),
                ReaderFuzz.ORIGIN,
                MelFeatures.Config.class));
  }
}
