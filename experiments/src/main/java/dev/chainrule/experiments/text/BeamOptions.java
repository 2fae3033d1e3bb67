package dev.chainrule.experiments.text;

import dev.chainrule.core.sampling.BeamSearch;
import dev.chainrule.core.sampling.Penalties;
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

  @Option(
      names = "--beam-groups",
      paramLabel = "G",
      description = "Groups of beams that look each for itself (default: 1).")
  @Nullable Integer groups;

  @Option(
      names = "--diversity-penalty",
      paramLabel = "X",
      description =
          "Taken from log-probabilities of tokens as often as groups before go on with them"
              + " (default: 0).")
  @Nullable Double diversity;

  boolean asked() {
    return beams != null;
  }

  /** What is looked for; null if tokens are drawn. */
  BeamSearch.@Nullable Config config(int samples, int tokens, Penalties penalties) {
    if (beams == null) {
      requireNone("--length-penalty", lengthPenalty != null);
      requireNone("--early-stopping", earlyStopping);
      requireNone("--beam-groups", groups != null);
      requireNone("--diversity-penalty", diversity != null);
      return null;
    }
    if (beams < samples) {
      throw new IllegalArgumentException(
          "--beams: found %d, expected --samples, %d, or more".formatted(beams, samples));
    }
    return BeamSearch.Config.of(
            beams, tokens, lengthPenalty == null ? 1 : lengthPenalty, earlyStopping, Set.of())
        .withGroups(groups == null ? 1 : groups, diversity == null ? 0 : diversity)
        .withPenalties(penalties);
  }

  private static void requireNone(String option, boolean given) {
    if (given) {
      throw new IllegalArgumentException(
          "%s: found it without --beams, expected the width of the search".formatted(option));
    }
  }
}
