package dev.chainrule.timeseries.deepar;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.kernel.Kernels;
import dev.chainrule.core.optim.AdamW;
import dev.chainrule.core.optim.LearningRateSchedule;
import dev.chainrule.core.optim.WeightAverage;
import dev.chainrule.core.parallel.Workers;
import dev.chainrule.core.train.TrainConfig;
import dev.chainrule.core.train.Trainer;
import dev.chainrule.core.train.TrainingListener;
import dev.chainrule.timeseries.data.Series;
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
 */
public record DeepArTraining(int steps, int batchSize, double learningRate, double averageDecay) {
  private static final double CLIP_NORM = 10;
  private static final int MICRO_BATCH = 32;

  /** Rejects what cannot be trained with, naming it. */
  public DeepArTraining {
    if (steps < 1) {
      throw new IllegalArgumentException("steps %d, expected 1 or more".formatted(steps));
    }
    if (batchSize < 1) {
      throw new IllegalArgumentException("batch_size %d, expected 1 or more".formatted(batchSize));
    }
  }

  /** 2,000 steps of 64 windows at a peak rate of 0.003. */
  public static DeepArTraining defaults() {
    return new DeepArTraining(2000, 64, 3e-3, 0.99);
  }

  /**
   * Trains a model on series; afterwards its parameters are the averaged ones.
   *
   * @param seed of weights, windows and dropout
   * @param kernels one a worker
   * @param stop asked before each step
   */
  public Trainer.Result train(
      DeepAr model,
      List<Series> series,
      long seed,
      Workers workers,
      List<Kernels> kernels,
      List<? extends TrainingListener> listeners,
      BooleanSupplier stop)
      throws IOException {
    model.parameters().allocate(DType.FLOAT32, seed);
    TrainConfig config =
        new TrainConfig(
            seed,
            TrainConfig.Limits.steps(steps),
            new TrainConfig.Cadence(steps, steps, steps),
            1,
            MICRO_BATCH,
            CLIP_NORM,
            averageDecay);
    LearningRateSchedule schedule =
        LearningRateSchedule.warmupCosine(
            learningRate, learningRate / 100, Math.min(steps / 10, 100), steps);
    AdamW optimizer = new AdamW(new AdamW.Config(0.9, 0.999, 1e-8, 0));
    Trainer<WindowBatch> trainer =
        new Trainer<>(model, config, optimizer, schedule, workers, kernels, listeners);
    WindowSource source = new WindowSource(model.config(), series, batchSize, seed);
    Trainer.Result result =
        trainer.run(source, List.of(), Trainer.Progress.start(), (progress, best) -> {}, stop);
    WeightAverage average = trainer.average();
    if (average != null) {
      average.swap(model.parameters());
    }
    return result;
  }
}
