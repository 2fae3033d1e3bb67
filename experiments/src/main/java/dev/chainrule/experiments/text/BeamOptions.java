package dev.chainrule.experiments.text;

import dev.chainrule.core.sampling.BeamSearch;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Looking for the most probable continuations, where they are not to be drawn. */
final class BeamOptions {
  @Option(
      names = "--beams",
      paramLabel = "B",
      description =
          "Draw nothing: look for the --samples most probable continuations by a beam search of"
              + " width B.")
  @Nullable Integer beams;

  @Option(
      names = "--length-penalty",
      paramLabel = "X",
      description =
          "Beams compare by log-probability over length to this power: above 0 longer ones gain"
              + " (default: 1).")
  @Nullable Double lengthPenalty;

  @Option(
      names = "--early-stopping",
      description = "The search is over with the B-th beam that has ended.")
  boolean earlyStopping;

  boolean asked() {
    return beams != null;
  }

  /** What is looked for; null if tokens are drawn. */
  BeamSearch.@Nullable Config config(int samples, int tokens) {
    if (beams == null) {
      if (lengthPenalty != null || earlyStopping) {
        throw new IllegalArgumentException(
            "%s: found it without --beams, expected the width of the search"
                .formatted(earlyStopping ? "--early-stopping" : "--length-penalty"));
      }
      return null;
    }
    if (beams < samples) {
      throw new IllegalArgumentException(
          "--beams: found %d, expected --samples, %d, or more".formatted(beams, samples));
    }
    return new BeamSearch.Config(
        beams, tokens, lengthPenalty == null ? 1 : lengthPenalty, earlyStopping, Set.of());
  }
}
