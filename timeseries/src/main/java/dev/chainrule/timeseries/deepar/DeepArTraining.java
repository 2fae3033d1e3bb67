package dev.chainrule.timeseries.deepar;

import dev.chainrule.base.series.Series;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.optim.AdamW;
import dev.chainrule.core.optim.LearningRateSchedule;
import dev.chainrule.core.optim.WeightAverage;
import dev.chainrule.core.train.BatchSource;
import dev.chainrule.core.train.TrainConfig;
import dev.chainrule.core.train.Trainer;
import dev.chainrule.core.train.TrainingListener;
import java.io.IOException;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * How a {@link DeepAr} is trained.
 *
 * @param steps of the optimiser
 * @param batchSize windows in a step
 * @param learningRate peak, after a short warm-up; falls to a hundredth along half a cosine
 * @param averageDecay of the average of weights that forecasts are made with; 0 for none
 * @param scalePower a series is drawn in proportion to its scale to this power: 0 for all alike, 1
 *     as Salinas et al. 2020 have it
 * @param scheduledSampling share of own draws that the network is fed at the last step; 0 for none
 */
public record DeepArTraining(
    int steps,
    int batchSize,
    double learningRate,
    double averageDecay,
    double scalePower,
    double scheduledSampling) {
  private static final double CLIP_NORM = 10;
  // Activations of four windows nearly fit into a core's own cache. Eight have faster products, and
  // were slower in all wherever memory was slow.
  private static final int MICRO_BATCH = 4;

  /** Rejects what cannot be trained with, naming it. */
  public DeepArTraining {
    if (steps < 1) {
      throw new IllegalArgumentException("steps %d, expected 1 or more".formatted(steps));
    }
    if (batchSize < 1) {
      throw new IllegalArgumentException("batch_size %d, expected 1 or more".formatted(batchSize));
    }
    if (!(learningRate > 0)) {
      throw new IllegalArgumentException(
          "learning_rate %s, expected above 0".formatted(learningRate));
    }
    if (!(averageDecay >= 0 && averageDecay < 1)) {
      throw new IllegalArgumentException(
          "average_decay %s, expected at least 0 and less than 1".formatted(averageDecay));
    }
    requireShare("scale_power", scalePower);
    requireShare("scheduled_sampling", scheduledSampling);
  }

  private static void requireShare(String name, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(
          "%s %s, expected a number from 0 to 1".formatted(name, value));
    }
  }

  /** 2,000 steps of 64 windows at a peak rate of 0.003. */
  public static DeepArTraining defaults() {
    return new DeepArTraining(2000, 64, 3e-3, 0.99, 0, 0);
  }

  /**
   * Trains a model on series; afterwards its parameters are the averaged ones.
   *
   * @param seed of weights, windows and dropout
   * @param stop asked before each step
   */
  public Trainer.Result train(
      DeepAr model,
      List<Series> series,
      long seed,
      Engine engine,
      List<? extends TrainingListener> listeners,
      BooleanSupplier stop)
      throws IOException {
    model.parameters().allocate(DType.FLOAT32, seed);
    TrainConfig config = config(seed, new TrainConfig.Cadence(steps, steps, steps));
    Trainer<WindowBatch> trainer =
        new Trainer<>(model, config, optimizer(), schedule(), engine, listeners);
    Trainer.Result result =
        trainer.run(
            windows(model, engine, series, seed),
            List.of(),
            Trainer.Progress.start(),
            (progress, best) -> {},
            stop);
    WeightAverage average = trainer.average();
    if (average != null) {
      average.swap(engine, model.parameters());
    }
    return result;
  }

  /** The same, to another number of steps. */
  public DeepArTraining withSteps(int other) {
    return new DeepArTraining(
        other, batchSize, learningRate, averageDecay, scalePower, scheduledSampling);
  }

  /** For {@link Trainer}: one batch a step, gradients clipped at norm 10. */
  public TrainConfig config(long seed, TrainConfig.Cadence cadence) {
    return new TrainConfig(
        seed, TrainConfig.Limits.steps(steps), cadence, 1, MICRO_BATCH, CLIP_NORM, averageDecay);
  }

  /** Adam without weight decay. */
  public AdamW optimizer() {
    return new AdamW(new AdamW.Config(0.9, 0.999, 1e-8, 0));
  }

  /** A short warm-up, then half a cosine. */
  public LearningRateSchedule schedule() {
    return LearningRateSchedule.warmupCosine(
        learningRate, learningRate / 100, Math.min(steps / 10, 100), steps);
  }

  /**
   * Random windows of the series.
   *
   * @param model whose draws take the place of values, with scheduled sampling
   * @throws dev.chainrule.base.InputException for a series that cannot be learned from
   */
  public BatchSource<WindowBatch> windows(
      DeepAr model, Engine engine, List<Series> series, long seed) {
    WindowSource windows = new WindowSource(model.config(), series, batchSize, scalePower, seed);
    return scheduledSampling == 0
        ? windows
        : new ScheduledSampling(windows, model, engine.worker(0), scheduledSampling, steps, seed);
  }
}
