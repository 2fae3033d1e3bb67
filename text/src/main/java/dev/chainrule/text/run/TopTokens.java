package dev.chainrule.text.run;

import dev.chainrule.core.sampling.Sampler;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** Remembers of each token that is drawn which were the most probable ones in its place. */
final class TopTokens implements Sampler {
  private final Sampler sampler;
  private final int known;
  private final int top;
  private final List<List<ScoredText.Candidate>> found = new ArrayList<>();

  /**
   * For one stream.
   *
   * @param sampler draws
   * @param known tokens that the tokenizer has, the first of the vocabulary
   * @param top how many are remembered, 1 or more
   */
  TopTokens(Sampler sampler, int known, int top) {
    this.sampler = sampler;
    this.known = known;
    this.top = top;
  }

  @Override
  public double sample(float[] logits, RandomGenerator rng, double[] element) {
    float[] ofKnown = logits.length == known ? logits : Arrays.copyOf(logits, known);
    List<ScoredText.Candidate> best = ScoredText.Place.of(ofKnown, 0, top).top();
    double logProb = sampler.sample(logits, rng, element);
    found.add(best);
    return logProb;
  }

  /** Those of the first tokens. */
  List<List<ScoredText.Candidate>> first(int tokens) {
    return List.copyOf(found.subList(0, tokens));
  }
}
