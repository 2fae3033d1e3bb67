package dev.chainrule.experiments.experiment;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a run ended: {@code result.json} of its folder.
 *
 * @param state whether it came to its end
 * @param reason one sentence of why not; null of a run that is done
 * @param steps of training, done in all
 * @param seconds of training, evaluation and sampling, in all
 * @param metrics by name in snake_case, such as {@code validation_nll} in nats an element, in the
 *     order in which they were measured; those that the evaluation gives begin with {@code
 *     evaluation_}; finite all of them
 */
public record RunResult(
    State state, @Nullable String reason, long steps, double seconds, Map<String, Double> metrics) {
  /** Ends of runs. */
  public enum State {
    /** All steps were done, and what the experiment asks for was measured and drawn. */
    DONE,
    /** It could not go on. */
    FAILED,
    /** Successive halving gave its steps to others. */
    CUT;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public RunResult {
    metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
    if ((reason == null) != (state == State.DONE)) {
      throw new IllegalArgumentException(
          "reason %s of a run that is %s, expected one unless it is done".formatted(reason, state));
    }
  }
}
