package dev.chainrule.experiments.experiment;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an experiment came to, as {@code --json} prints it.
 *
 * @param experiment its name
 * @param folder where it is
 * @param runs how each ended, in the order of the plan
 * @param comparison of its settings
 * @param expected what was expected of it; null if nothing was
 * @param stopped whether it was asked to stop before its end
 */
public record Outcome(
    String experiment,
    String folder,
    List<Run> runs,
    Comparison comparison,
    @Nullable Expected expected,
    boolean stopped) {
  /**
   * A run.
   *
   * @param result null where it did not end
   */
  public record Run(String name, @Nullable RunResult result) {}

  /**
   * An expectation held against what was found.
   *
   * @param value that was expected, give or take {@code within}
   * @param found mean over seeds of the best setting; null where nothing was measured
   */
  public record Expected(
      String metric, double value, double within, @Nullable Double found, boolean met) {
    /** The same in words. */
    public String sentence() {
      return "expected %s %s within %s: found %s, %s"
          .formatted(
              metric, value, within, found == null ? "nothing" : found, met ? "met" : "not met");
    }
  }

  public Outcome {
    runs = List.copyOf(runs);
  }

  /** How many runs ended so. */
  public long count(RunResult.State state) {
    return runs.stream().filter(run -> run.result != null && run.result.state() == state).count();
  }
}
