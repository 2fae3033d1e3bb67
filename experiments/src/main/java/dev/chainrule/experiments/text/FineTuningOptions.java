package dev.chainrule.experiments.text;

import dev.chainrule.text.adapter.LowRank;
import dev.chainrule.text.run.FineTuning;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of a run that goes on from a model. */
final class FineTuningOptions {
  @Option(
      names = "--from",
      paramLabel = "MODEL",
      description =
          "Go on from this model, with its tokenizer and shape, on other text (default: a new"
              + " model).")
  @Nullable Path from;

  @Option(
      names = "--lora-rank",
      paramLabel = "R",
      description =
          "With --from: learn low-rank adapters of this rank and nothing else (default: all of the"
              + " model).")
  @Nullable Integer rank;

  @Option(
      names = "--lora-alpha",
      paramLabel = "A",
      description = "The adapters' change counts A / R times (default: 2 R).")
  @Nullable Double alpha;

  @Option(
      names = "--lora-targets",
      paramLabel = "NAME",
      split = ",",
      description =
          "Which matrices change, by a part of their name, such as q,k,v,o (default: q,v,c_attn).")
  @Nullable List<String> targets;

  /** The name of an option that needs another which is not given; null if all is well. */
  @Nullable String lacking() {
    if (from == null && (rank != null || alpha != null || targets != null)) {
      return "--from";
    }
    return rank == null && (alpha != null || targets != null) ? "--lora-rank" : null;
  }

  /**
   * What the options ask for.
   *
   * @param tokenizer of a model whose files hold none
   * @throws IllegalArgumentException if it cannot be
   */
  Optional<FineTuning> fineTuning(@Nullable Path tokenizer) {
    return Optional.ofNullable(from)
        .map(model -> new FineTuning(model, Optional.ofNullable(tokenizer), adapters()));
  }

  private Optional<LowRank> adapters() {
    if (rank == null) {
      return Optional.empty();
    }
    LowRank usual = LowRank.of(rank);
    return Optional.of(
        new LowRank(
            rank,
            alpha == null ? usual.alpha() : alpha,
            targets == null ? usual.targets() : targets));
  }
}
