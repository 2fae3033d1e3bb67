package dev.chainrule.core.run;

import dev.chainrule.core.optim.AdamW;
import dev.chainrule.core.train.TrainConfig;
import java.util.List;

/**
 * How a model is trained, whatever it is.
 *
 * @param batchSize sequences (images, clips, windows) in a batch
 * @param schedule learning rates
 * @param optimizer AdamW's settings
 * @param training seed, length, how often things are done
 */
public record Recipe(
    int batchSize, ScheduleConfig schedule, AdamW.Config optimizer, TrainConfig training) {
  /** Its keys in {@code config.json}. */
  static final List<String> KEYS = List.of("batch_size", "schedule", "optimizer", "training");

  public Recipe {
    if (batchSize < 1) {
      throw new IllegalArgumentException("batch_size %d, expected 1 or more".formatted(batchSize));
    }
  }

  /** This many optimiser steps in all. */
  public Recipe withSteps(long steps) {
    TrainConfig.Limits limits = training.limits();
    return with(
        training.withLimits(new TrainConfig.Limits(steps, limits.seconds(), limits.patience())));
  }

  /** At most so many seconds of training from now. */
  public Recipe withSeconds(double seconds) {
    TrainConfig.Limits limits = training.limits();
    return with(
        training.withLimits(new TrainConfig.Limits(limits.steps(), seconds, limits.patience())));
  }

  /** Other random numbers: weights, batches and dropout. */
  public Recipe withSeed(long seed) {
    return with(training.withSeed(seed));
  }

  /** Other sizes of batches. */
  public Recipe withBatchSize(int size) {
    return new Recipe(size, schedule, optimizer, training);
  }

  /** Learning rates in the same proportions below another highest one. */
  public Recipe withLearningRate(double highest) {
    double scale = highest / schedule.learningRate();
    return new Recipe(
        batchSize,
        new ScheduleConfig(
            schedule.kind(), highest, schedule.minLearningRate() * scale, schedule.warmup()),
        optimizer,
        training);
  }

  /** The same but for what the trainer is told. */
  public Recipe with(TrainConfig other) {
    return new Recipe(batchSize, schedule, optimizer, other);
  }
}
