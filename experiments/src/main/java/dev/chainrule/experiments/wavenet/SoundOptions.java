package dev.chainrule.experiments.wavenet;

import dev.chainrule.core.kernel.WeightFormat;
import dev.chainrule.wavenet.run.AudioSampling;
import java.util.Map;
import picocli.CommandLine.Option;

/** How sound is drawn: options of all commands that draw some. */
final class SoundOptions {
  @Option(
      names = "--temperature",
      paramLabel = "T",
      description =
          "Below 1 calmer, above 1 noisier; 0 always the most probable, which ends still.")
  double temperature = 1;

  @Option(
      names = "--label",
      paramLabel = "NAME=VALUE",
      description = "What to draw, such as --label digit=3 --label speaker=theo.")
  Map<String, String> labels = Map.of();

  @Option(names = "--precision", description = "Weights: ${COMPLETION-CANDIDATES}.")
  WeightFormat precision = WeightFormat.FLOAT32;

  /** Refuses a temperature that is out of range. */
  AudioSampling sampling(long seed) {
    return new AudioSampling(seed, temperature, labels, precision);
  }
}
