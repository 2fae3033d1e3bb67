package dev.chainrule.experiments.training;

import dev.chainrule.core.train.TrainConfig;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of a training run that all modules have. */
public final class TrainingOptions {
  @Option(
      names = "--seconds",
      paramLabel = "S",
      description = "Stop after so many seconds, if the steps are not done (default: no limit).")
  private @Nullable Double seconds;

  @Option(names = "--schedule", description = "Learning rates: ${COMPLETION-CANDIDATES}.")
  private ScheduleConfig.Kind schedule = ScheduleConfig.Kind.COSINE;

  @Option(names = "--clip", paramLabel = "N", description = "Largest gradient norm.")
  private double clip = 1.0;

  @Option(
      names = "--average",
      paramLabel = "D",
      description = "Decay of an average of weights, which is then the model; 0 for none.")
  private double averageDecay;

  @Option(names = "--eval-every", paramLabel = "N", description = "Steps between evaluations.")
  private long evalEvery;

  @Option(
      names = "--patience",
      paramLabel = "N",
      description =
          "Stop after so many evaluations without progress, and keep the best model in OUT/best;"
              + " 0 for never.")
  private int patience = 0;

  @Option(names = "--log-every", paramLabel = "N", description = "Steps between lines of metrics.")
  private long logEvery = 10;

  @Option(names = "--checkpoint-every", paramLabel = "N", description = "Steps between saves.")
  private long checkpointEvery;

  @Option(
      names = "--resume",
      description = "Go on with the run in --out, with its options; --steps may be raised.")
  private boolean resume;

  /** Options with a module's own defaults. */
  public TrainingOptions(double averageDecay, long evalEvery, long checkpointEvery) {
    this.averageDecay = averageDecay;
    this.evalEvery = evalEvery;
    this.checkpointEvery = checkpointEvery;
  }

  public boolean resume() {
    return resume;
  }

  public ScheduleConfig.Kind schedule() {
    return schedule;
  }

  /**
   * What the trainer needs of a new run.
   *
   * @param steps optimiser steps in all
   * @param accumulate batches to a step
   * @param microBatch most sequences that a thread computes at once
   */
  public TrainConfig config(long seed, long steps, int accumulate, int microBatch) {
    return new TrainConfig(
        seed,
        new TrainConfig.Limits(steps, secondsOrUnlimited(), patience),
        new TrainConfig.Cadence(logEvery, evalEvery, checkpointEvery),
        accumulate,
        microBatch,
        clip,
        averageDecay);
  }

  /**
   * What the trainer needs to go on with a run: all as it was, but for how long.
   *
   * @param steps optimiser steps in all; null for as many as the run had
   */
  public TrainConfig resumed(TrainConfig run, @Nullable Long steps) {
    TrainConfig.Limits before = run.limits();
    return run.withLimits(
        new TrainConfig.Limits(
            steps == null ? before.steps() : steps, secondsOrUnlimited(), before.patience()));
  }

  private double secondsOrUnlimited() {
    return seconds == null ? TrainConfig.Limits.UNLIMITED : seconds;
  }
}
