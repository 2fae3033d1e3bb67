package dev.chainrule.experiments.experiment;

import java.util.ArrayList;
import java.util.List;

/**
 * Successive halving (Jamieson and Talwalkar 2016): all settings are trained for a few steps, the
 * best of them go on for {@code eta} times as many, and so on; the last one is trained to the end.
 *
 * @param eta of so many settings one goes on, 2 or more
 * @param minSteps of training before the first choice
 * @param maxSteps of training in all
 */
record Halving(int eta, long minSteps, long maxSteps) {
  /**
   * A round.
   *
   * @param settings that are trained
   * @param steps of training that each has at its end
   */
  record Rung(int settings, long steps) {}

  Halving {
    if (eta < 2) {
      throw new IllegalArgumentException("eta: found %d, expected 2 or more".formatted(eta));
    }
    if (minSteps < 1 || minSteps > maxSteps) {
      throw new IllegalArgumentException(
          "min_steps: found %d, expected 1 to the %d steps of training"
              .formatted(minSteps, maxSteps));
    }
  }

  /** The rounds for so many settings. */
  List<Rung> rungs(int settings) {
    List<Rung> rungs = new ArrayList<>();
    int left = settings;
    for (long steps = minSteps; left > 1 && steps < maxSteps; steps = next(steps)) {
      rungs.add(new Rung(left, steps));
      left = Math.max(1, left / eta);
    }
    rungs.add(new Rung(left, maxSteps));
    return rungs;
  }

  private long next(long steps) {
    return steps > maxSteps / eta ? maxSteps : steps * eta;
  }
}
