package dev.chainrule.experiments.text;

import dev.chainrule.core.sampling.Penalties;
import dev.chainrule.core.sampling.SamplingConfig;
import dev.chainrule.core.sampling.SamplingStage;
import dev.chainrule.text.run.BadWords;
import dev.chainrule.text.run.TextModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How tokens are drawn. */
final class SamplingOptions {
  @Option(
      names = "--temperature",
      paramLabel = "T",
      description =
          "Divides logits: below 1 safer, above 1 wilder, 0 greedy (default: ${DEFAULT-VALUE}).")
  double temperature;

  @Option(
      names = "--top-k",
      paramLabel = "K",
      description = "Draw from the K most probable tokens (default: all).")
  @Nullable Integer topK;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      description = "Draw from the fewest tokens of probability P together (default: all).")
  @Nullable Double topP;

  @Option(
      names = "--min-p",
      paramLabel = "P",
      description = "Draw from tokens at least P times as probable as the best (default: all).")
  @Nullable Double minP;

  @Option(
      names = "--typical-p",
      paramLabel = "P",
      description =
          "Draw from the fewest tokens of probability P together whose surprise is nearest to the"
              + " expected one (default: all).")
  @Nullable Double typicalP;

  @Option(
      names = "--epsilon-cutoff",
      paramLabel = "P",
      description = "Draw from tokens of at least this probability (default: all).")
  double epsilon;

  @Option(
      names = "--eta-cutoff",
      paramLabel = "P",
      description =
          "Draw from tokens of at least this probability, or less where many are probable (default:"
              + " all).")
  double eta;

  @Option(
      names = "--repetition-penalty",
      paramLabel = "X",
      description =
          "Divides logits above 0, and multiplies those below, of tokens that occurred (default: 1,"
              + " none).")
  double repetitionPenalty = 1;

  @Option(
      names = "--presence-penalty",
      paramLabel = "X",
      description = "Taken from logits of tokens that were drawn (default: 0).")
  double presencePenalty;

  @Option(
      names = "--frequency-penalty",
      paramLabel = "X",
      description = "Taken from logits of tokens as often as they were drawn (default: 0).")
  double frequencyPenalty;

  @Option(
      names = "--no-repeat-ngram",
      paramLabel = "N",
      description = "No N tokens occur twice in the same order (default: they may).")
  @Nullable Integer noRepeatNgram;

  @Option(
      names = "--logit-bias",
      paramLabel = "ID=X",
      description = "Added to the logit of a token; -Infinity bans it. May be repeated.")
  Map<Integer, Double> logitBias = new TreeMap<>();

  @Option(
      names = "--bad-words",
      paramLabel = "TEXT",
      description = "Never complete the tokens of this text. May be repeated.")
  List<String> badWords = new ArrayList<>();

  @Option(
      names = "--order",
      split = ",",
      paramLabel = "STAGE",
      description =
          "In which order logits are changed: ${COMPLETION-CANDIDATES}, separated by commas"
              + " (default: this order, that of transformers).")
  List<SamplingStage> order = SamplingStage.TRANSFORMERS;

  /**
   * Options.
   *
   * @param temperature where none is given
   */
  SamplingOptions(double temperature) {
    this.temperature = temperature;
  }

  SamplingConfig config(long seed) {
    return new SamplingConfig(
        seed,
        temperature,
        atLeastOne("--top-k", topK),
        topP == null ? 1 : topP,
        minP == null ? 0 : minP,
        typicalP == null ? 1 : typicalP,
        epsilon,
        eta,
        new Penalties(
            logitBias,
            repetitionPenalty,
            presencePenalty,
            frequencyPenalty,
            atLeastOne("--no-repeat-ngram", noRepeatNgram),
            List.of()),
        order);
  }

  /** With what hangs on the model's tokens. */
  SamplingConfig of(SamplingConfig config, TextModel model) {
    return badWords.isEmpty()
        ? config
        : config.withPenalties(
            config.penalties().withBadWords(BadWords.of(model.tokenizer(), badWords)));
  }

  /** 0 is all of them to a program; who types it means something else. */
  private static int atLeastOne(String option, @Nullable Integer number) {
    if (number != null && number < 1) {
      throw new IllegalArgumentException(
          "%s: found %d, expected a whole number from 1".formatted(option, number));
    }
    return number == null ? 0 : number;
  }
}
