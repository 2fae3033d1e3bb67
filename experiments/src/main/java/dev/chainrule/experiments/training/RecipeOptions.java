package dev.chainrule.experiments.training;

import dev.chainrule.core.optim.AdamW;
import dev.chainrule.core.run.Recipe;
import dev.chainrule.core.run.ScheduleConfig;
import dev.chainrule.core.train.TrainConfig;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of how a model learns, the same for all; what is not given is as the recipe has it. */
public final class RecipeOptions {
  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "Optimiser steps in all (default: the recipe's).")
  private @Nullable Long steps;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description = "Stop after so many seconds, if the steps are not done (default: no limit).")
  private @Nullable Double seconds;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      description = "Sequences in a batch: texts, images, clips, windows (default: the recipe's).")
  private @Nullable Integer batchSize;

  @Option(
      names = "--learning-rate",
      paramLabel = "R",
      description = "Highest learning rate (default: the recipe's).")
  private @Nullable Double learningRate;

  @Option(
      names = "--min-learning-rate",
      paramLabel = "R",
      description = "Where the cosine ends (default: the recipe's share of the highest).")
  private @Nullable Double minLearningRate;

  @Option(
      names = "--warmup",
      paramLabel = "N",
      description = "Steps of linear rise (default: the recipe's).")
  private @Nullable Long warmup;

  @Option(
      names = "--schedule",
      description = "Learning rates: ${COMPLETION-CANDIDATES} (default: the recipe's).")
  private ScheduleConfig.@Nullable Kind schedule;

  @Option(
      names = "--weight-decay",
      paramLabel = "W",
      description = "AdamW's decay of matrices (default: the recipe's).")
  private @Nullable Double weightDecay;

  @Option(
      names = "--beta2",
      paramLabel = "B",
      description = "AdamW's memory of squares (default: the recipe's).")
  private @Nullable Double beta2;

  @Option(
      names = "--clip",
      paramLabel = "N",
      description = "Largest gradient norm (default: the recipe's).")
  private @Nullable Double clip;

  @Option(names = "--accumulate", paramLabel = "N", description = "Batches to a step (default: 1).")
  private @Nullable Integer accumulate;

  @Option(
      names = "--micro-batch",
      paramLabel = "N",
      description = "Most sequences that a thread computes at once (default: the recipe's).")
  private @Nullable Integer microBatch;

  @Option(
      names = "--average-decay",
      paramLabel = "D",
      description =
          "Decay of an average of weights, which is then the model; 0 for none (default: the"
              + " recipe's).")
  private @Nullable Double averageDecay;

  /** Steps in all, where the user gave them. */
  public @Nullable Long steps() {
    return steps;
  }

  /**
   * The recipe of a new run.
   *
   * @param usual what holds where no option was given
   */
  public Recipe recipe(Recipe usual, long seed) {
    ScheduleConfig rates =
        (learningRate == null ? usual : usual.withLearningRate(learningRate)).schedule();
    AdamW.Config adam = usual.optimizer();
    TrainConfig training = usual.training();
    return new Recipe(
        or(batchSize, usual.batchSize()),
        new ScheduleConfig(
            schedule == null ? rates.kind() : schedule,
            rates.learningRate(),
            or(minLearningRate, rates.minLearningRate()),
            or(warmup, rates.warmup())),
        new AdamW.Config(
            adam.beta1(),
            or(beta2, adam.beta2()),
            adam.epsilon(),
            or(weightDecay, adam.weightDecay())),
        new TrainConfig(
            seed,
            new TrainConfig.Limits(
                or(steps, training.limits().steps()),
                secondsOrUnlimited(),
                training.limits().patience()),
            training.cadence(),
            or(accumulate, training.accumulate()),
            or(microBatch, training.microBatch()),
            or(clip, training.clipNorm()),
            or(averageDecay, training.averageDecay())));
  }

  /** What is needed to go on with a run: all as it was, but for how long. */
  public Recipe resumed(Recipe run) {
    TrainConfig.Limits before = run.training().limits();
    return run.with(
        run.training()
            .withLimits(
                new TrainConfig.Limits(
                    or(steps, before.steps()), secondsOrUnlimited(), before.patience())));
  }

  private double secondsOrUnlimited() {
    return or(seconds, TrainConfig.Limits.UNLIMITED);
  }

  private static <T> T or(@Nullable T given, T usual) {
    return Objects.requireNonNullElse(given, usual);
  }
}
