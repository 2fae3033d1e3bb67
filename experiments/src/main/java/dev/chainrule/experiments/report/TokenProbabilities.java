package dev.chainrule.experiments.report;

import dev.chainrule.text.run.ScoredText;
import dev.chainrule.text.run.TextModel;
import dev.chainrule.text.tokenizer.StreamingDecoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** How probable each token of a text was, whatever its length. */
final class TokenProbabilities {
  private TokenProbabilities() {}

  /**
   * The tokens of a text. Of one beyond the context, each token has at least half a context before
   * it.
   */
  static List<Exhibit.Token> of(TextModel model, int[] ids) {
    double[] probabilities = new double[ids.length];
    Arrays.fill(probabilities, Double.NaN);
    int window = model.network().contextLength() + 1;
    int scored = 1;
    for (int from = 0; scored < ids.length; from = scored - window / 2) {
      int to = Math.min(ids.length, Math.max(0, from) + window);
      int begin = Math.max(0, from);
      if (to - begin < 2) {
        break;
      }
      List<ScoredText.Place> places = model.scored(Arrays.copyOfRange(ids, begin, to), 0).places();
      for (int i = scored; i < to; i++) {
        probabilities[i] = Math.exp(places.get(i - begin - 1).logProb());
      }
      scored = to;
    }
    StreamingDecoder decoder = new StreamingDecoder(model.tokenizer());
    List<Exhibit.Token> tokens = new ArrayList<>();
    for (int i = 0; i < ids.length; i++) {
      tokens.add(new Exhibit.Token(decoder.push(ids[i]), probabilities[i]));
    }
    tokens.add(new Exhibit.Token(decoder.finish(), Double.NaN));
    return tokens;
  }
}
