package dev.chainrule.core.run;

import dev.chainrule.core.optim.LearningRateSchedule;
import java.util.Locale;

/**
 * A learning-rate schedule as options describe it.
 *
 * @param kind its form
 * @param learningRate the highest rate
 * @param minLearningRate where the cosine ends
 * @param warmup steps of linear rise, for the cosine
 */
public record ScheduleConfig(Kind kind, double learningRate, double minLearningRate, long warmup) {
  /** The forms. */
  public enum Kind {
    CONSTANT,
    COSINE,
    ONE_CYCLE;

    /** The name as the user writes it. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  public ScheduleConfig {
    if (!(learningRate > 0)) {
      throw new IllegalArgumentException(
          "learning_rate %s, expected above 0".formatted(learningRate));
    }
    if (!(minLearningRate >= 0 && minLearningRate <= learningRate)) {
      throw new IllegalArgumentException(
          "min_learning_rate %s, expected 0 to the learning rate %s"
              .formatted(minLearningRate, learningRate));
    }
    if (warmup < 0) {
      throw new IllegalArgumentException("warmup %d, expected 0 or more".formatted(warmup));
    }
  }

  /** The schedule over this many steps; a warm-up longer than a tenth of them is cut to that. */
  public LearningRateSchedule over(long steps) {
    return switch (kind) {
      case CONSTANT -> LearningRateSchedule.constant(learningRate);
      case COSINE ->
          LearningRateSchedule.warmupCosine(
              learningRate, minLearningRate, Math.min(warmup, steps / 10), steps);
      case ONE_CYCLE -> LearningRateSchedule.oneCycle(learningRate, steps);
    };
  }
}
