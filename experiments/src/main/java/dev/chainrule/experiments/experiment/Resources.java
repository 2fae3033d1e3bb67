package dev.chainrule.experiments.experiment;

import dev.chainrule.core.engine.Compute;

/**
 * What an experiment may use.
 *
 * @param compute engine, and the threads of all runs together
 * @param jobs runs side by side at most; each has its share of the threads
 * @param memory of the whole process in bytes, {@code Long.MAX_VALUE} for no bound: another run
 *     begins only where it fits
 */
public record Resources(Compute compute, int jobs, long memory) {
  public Resources {
    if (jobs < 1) {
      throw new IllegalArgumentException("jobs %d, expected 1 or more".formatted(jobs));
    }
    if (memory < 1) {
      throw new IllegalArgumentException("memory %d, expected 1 or more".formatted(memory));
    }
  }

  /** One run after the other, on the fastest engine, on all processors. */
  public static Resources usual() {
    return new Resources(Compute.automatic(), 1, Long.MAX_VALUE);
  }

  /** Threads of a run. */
  int threadsOfRun() {
    return Math.max(1, compute.threads() / jobs);
  }
}
