package dev.chainrule.experiments.text;

import dev.chainrule.experiments.cli.Verb;
import dev.chainrule.text.run.ScoredText;
import dev.chainrule.text.run.TextModel;
import dev.chainrule.text.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code chainrule text score}. */
@Command(
    name = "score",
    description = "How probable each token of a text is, and what was more probable in its place.")
final class TextScoreCommand extends Verb {
  @Mixin TextModelOptions opened = new TextModelOptions();
  @Mixin CacheOptions cache = new CacheOptions();

  @Option(names = "--text", paramLabel = "TEXT", description = "The text.")
  @Nullable String text;

  @Option(
      names = "--ids",
      paramLabel = "ID,ID,...",
      description = "Instead of --text: its tokens, with nothing added before them.")
  @Nullable String ids;

  @Option(names = "--top", paramLabel = "N", description = "Alternatives at each place.")
  int top = 5;

  /** A token that could have stood in a place, as {@code --json} prints it. */
  record Alternative(int id, String piece, double logProb) {}

  /** The result, as {@code --json} prints it: of each token after the first. */
  record Result(List<Integer> ids, List<Double> logProbs, List<List<Alternative>> top) {}

  @Override
  protected Object run() throws Exception {
    if ((text == null) == (ids == null)) {
      throw badOption(
          "--text", text == null ? "nothing" : "it and --ids", "one of --text and --ids");
    }
    if (top < 0) {
      throw badOption("--top", top, "a whole number from 0");
    }
    try (TextModel loaded = opened.open()) {
      int[] tokens =
          text != null
              ? loaded.begun(text)
              : fromOptions(() -> TextModelOptions.ids(loaded, String.valueOf(ids)));
      return report(
          loaded.tokenizer(), cache.of(loaded.on(common().compute())).scored(tokens, top));
    }
  }

  private Result report(Tokenizer tokenizer, ScoredText scored) {
    List<Double> logProbs = new ArrayList<>();
    List<List<Alternative>> alternatives = new ArrayList<>();
    double sum = 0;
    for (ScoredText.Place place : scored.places()) {
      List<Alternative> best =
          place.top().stream()
              .map(one -> new Alternative(one.id(), tokenizer.piece(one.id()), one.logProb()))
              .toList();
      logProbs.add(place.logProb());
      alternatives.add(best);
      sum += place.logProb();
      output()
          .printf(
              Locale.ROOT,
              "%9.4f  %-20s %s%n",
              place.logProb(),
              visible(tokenizer.piece(place.id())),
              String.join(
                  "  ",
                  best.stream()
                      .map(
                          one ->
                              String.format(
                                  Locale.ROOT, "%s %.3f", visible(one.piece()), one.logProb()))
                      .toList()));
    }
    output()
        .printf(
            Locale.ROOT,
            "%d tokens, %.4f nats in all, %.4f a token%n",
            logProbs.size(),
            -sum,
            -sum / logProbs.size());
    return new Result(scored.ids(), logProbs, alternatives);
  }

  /** With its spaces to be seen, as columns are made of them. */
  private static String visible(String piece) {
    return TextTokenize.visible(piece).replace(' ', '\u00b7');
  }
}
