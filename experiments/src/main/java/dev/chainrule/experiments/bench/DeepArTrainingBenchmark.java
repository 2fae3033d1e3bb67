package dev.chainrule.experiments.bench;

import dev.chainrule.base.series.Frequency;
import dev.chainrule.core.array.DType;
import dev.chainrule.timeseries.deepar.DeepAr;
import dev.chainrule.timeseries.deepar.DeepArConfig;
import dev.chainrule.timeseries.deepar.WindowBatch;
import java.util.List;

/**
 * A training step of a DeepAR of 2 layers of 40 units on 64 windows of 168 + 24 hours, with normal
 * distributions: features from values, forward, backward, clipping to norm 10, AdamW.
 */
record DeepArTrainingBenchmark() implements Benchmark {
  private static final int BATCH = 64;
  private static final int MICRO_BATCH = 4;
  private static final DeepArConfig CONFIG =
      DeepArConfig.of(Frequency.of("H"), 168, 24)
          .withLags(new int[] {1, 2, 3, 4, 5, 6, 7, 23, 24, 25}, 1)
          .withNetwork(2, 40, 0)
          .withLikelihood("gaussian");

  @Override
  public String name() {
    return "timeseries.train.lstm2x40.B64T192";
  }

  /** 6 operations for each step and weight: all weights take part in products. */
  @Override
  public Work prepare(Setup setup) {
    double steps = (double) BATCH * CONFIG.windowLength();
    double flop = 6 * new DeepAr(CONFIG).parameters().count() * steps;
    return new TrainingSteps<>(
        setup,
        new TrainingSteps.Subject<>(
            () -> new DeepAr(CONFIG), batch(), MICRO_BATCH, 10, Cost.arithmetic(flop, steps)),
        new TrainingSteps.Script("lstm_step.py", List.of()));
  }

  /** The values that the peer makes too, from 0 to 1; history, calendar and scale say nothing. */
  static WindowBatch batch() {
    WindowBatch batch = WindowBatch.zeros(DType.FLOAT32, BATCH, CONFIG.windowLength(), CONFIG);
    for (int i = 0; i < batch.elements().size(); i++) {
      long bits = ((i * 2_654_435_761L) & 0xFFFF_FFFFL) >>> 16;
      batch.elements().set(i, bits % 1000 / 1000.0);
    }
    return batch;
  }
}
