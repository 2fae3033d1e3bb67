package dev.chainrule.text.run;

import dev.chainrule.base.InputException;
import dev.chainrule.core.sampling.GenerationConfig;
import dev.chainrule.core.sampling.SamplingConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Draws again and again until enough continuations are taken: from the model's distribution, given
 * that they are (rejection sampling).
 *
 * @param taken whether a continuation is
 * @param mostDrawn how many are drawn at most, 1 or more
 */
public record Rejection(Predicate<TextSample> taken, int mostDrawn) {
  private static final int MOST_AT_ONCE = 8;

  public Rejection {
    if (mostDrawn < 1) {
      throw new IllegalArgumentException("%d drawn, expected 1 or more".formatted(mostDrawn));
    }
  }

  /**
   * Continues tokens; what is kept are the first streams of the seed that are taken, whatever the
   * batches.
   *
   * @param count how many are wanted, at most as many as may be drawn
   * @return fewer where too few of all are taken
   */
  public List<TextSample> samples(
      TextModel model,
      int[] given,
      int count,
      SamplingConfig sampling,
      GenerationConfig generation) {
    if (count < 1 || count > mostDrawn) {
      throw new InputException(
          "%d continuations of %d that are drawn, expected from 1 to as many"
              .formatted(count, mostDrawn));
    }
    List<TextSample> accepted = new ArrayList<>();
    for (int drawn = 0; drawn < mostDrawn && accepted.size() < count; ) {
      int batch = Math.min(Math.min(count, MOST_AT_ONCE), mostDrawn - drawn);
      GenerationConfig next = generation.withFirstStream(generation.firstStream() + drawn);
      model.samples(given, batch, sampling, next).stream().filter(taken).forEach(accepted::add);
      drawn += batch;
    }
    return List.copyOf(accepted.subList(0, Math.min(count, accepted.size())));
  }
}
