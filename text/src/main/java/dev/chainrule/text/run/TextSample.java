package dev.chainrule.text.run;

import java.util.List;

/**
 * One continuation.
 *
 * @param text without the prompt, and without what it was told to stop at
 * @param ids its tokens, those of what it stopped at included
 * @param logProbs nats of each, under the model's own distribution, however it was bent
 * @param finish why it ended
 * @param top the most probable tokens in the place of each, the best first; none unless asked for
 */
public record TextSample(
    String text,
    List<Integer> ids,
    List<Double> logProbs,
    Finish finish,
    List<List<ScoredText.Candidate>> top) {
  public TextSample {
    ids = List.copyOf(ids);
    logProbs = List.copyOf(logProbs);
    top = List.copyOf(top);
  }

  /** Nats of all tokens. */
  public double logProb() {
    return logProbs.stream().mapToDouble(nats -> nats).sum();
  }

  /** Nats a token; 0 of none. */
  public double meanLogProb() {
    return ids.isEmpty() ? 0 : logProb() / ids.size();
  }
}
