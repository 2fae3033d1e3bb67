package dev.chainrule.text.run;

import dev.chainrule.base.InputException;
import dev.chainrule.core.sampling.GenerationConfig;
import dev.chainrule.core.sampling.SamplingConfig;
import java.util.Comparator;
import java.util.List;

/**
 * Draws several continuations and keeps those of the largest log-probability a token.
 *
 * @param drawn how many, 1 or more
 */
public record BestOf(int drawn) {
  public BestOf {
    if (drawn < 1) {
      throw new IllegalArgumentException("the best of %d, expected 1 or more".formatted(drawn));
    }
  }

  /**
   * Continues tokens.
   *
   * @param count how many are kept, at most as many as are drawn
   * @return the best first
   */
  public List<TextSample> samples(
      TextModel model,
      int[] given,
      int count,
      SamplingConfig sampling,
      GenerationConfig generation) {
    if (count > drawn) {
      throw new InputException(
          "the best %d of %d, expected as many or more".formatted(count, drawn));
    }
    return model.samples(given, drawn, sampling, generation).stream()
        .sorted(Comparator.comparingDouble(TextSample::meanLogProb).reversed())
        .limit(count)
        .toList();
  }
}
