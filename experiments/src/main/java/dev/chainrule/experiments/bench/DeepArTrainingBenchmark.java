package dev.chainrule.experiments.bench;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.kernel.Engines;
import dev.chainrule.core.kernel.Kernels;
import dev.chainrule.core.optim.AdamW;
import dev.chainrule.core.optim.LearningRateSchedule;
import dev.chainrule.core.parallel.Workers;
import dev.chainrule.core.safetensors.SafetensorsWriter;
import dev.chainrule.core.train.Evaluator;
import dev.chainrule.core.train.TrainConfig;
import dev.chainrule.core.train.Trainer;
import dev.chainrule.core.train.TrainingListener;
import dev.chainrule.timeseries.data.Frequency;
import dev.chainrule.timeseries.deepar.DeepAr;
import dev.chainrule.timeseries.deepar.DeepArConfig;
import dev.chainrule.timeseries.deepar.WindowBatch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A training step of a DeepAR of 2 layers of 40 units on 64 windows of 168 + 24 hours, with normal
 * distributions: features from values, forward, backward, clipping to norm 10, AdamW.
 */
record DeepArTrainingBenchmark() implements Benchmark {
  private static final int BATCH = 64;
  private static final int MICRO_BATCH = 8;
  private static final double LEARNING_RATE = 1e-3;
  private static final DeepArConfig CONFIG =
      DeepArConfig.of(Frequency.of("H"), 168, 24)
          .withLags(new int[] {1, 2, 3, 4, 5, 6, 7, 23, 24, 25}, 1)
          .withNetwork(2, 40, 0)
          .withLikelihood("gaussian");

  @Override
  public String name() {
    return "timeseries.train.lstm2x40.B64T192";
  }

  @Override
  public Work prepare(Setup setup) {
    DeepAr model = new DeepAr(CONFIG);
    model.parameters().allocate(DType.FLOAT32, setup.seed());
    List<Kernels> kernels = new ArrayList<>();
    for (int i = 0; i < setup.threads(); i++) {
      kernels.add(Engines.create(setup.engine()));
    }
    return new Steps(setup, model, kernels, new Workers(setup.threads()));
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

  private static final class Steps implements Work {
    private final Setup setup;
    private final DeepAr model;
    private final List<Kernels> kernels;
    private final Workers workers;
    private final WindowBatch batch = batch();
    private final Peer peer;

    Steps(Setup setup, DeepAr model, List<Kernels> kernels, Workers workers) {
      this.setup = setup;
      this.model = model;
      this.kernels = kernels;
      this.workers = workers;
      double loss =
          new Evaluator<>(model, workers, kernels, MICRO_BATCH).evaluate(List.of(batch)).nll();
      peer = new Peer("lstm_step.py", this::writeInitialWeights, List.of(), loss);
    }

    private void writeInitialWeights(Path file) throws IOException {
      DeepAr fresh = new DeepAr(CONFIG);
      Parameters parameters = fresh.parameters();
      parameters.allocate(DType.FLOAT32, setup.seed());
      SafetensorsWriter writer = new SafetensorsWriter();
      parameters.views(parameters.values()).forEach(writer::add);
      writer.write(file);
    }

    @Override
    public void repeat(Laps laps) throws IOException {
      long never = Long.MAX_VALUE;
      TrainConfig endless =
          new TrainConfig(
              setup.seed(),
              TrainConfig.Limits.steps(never),
              new TrainConfig.Cadence(never, never, never),
              1,
              MICRO_BATCH,
              10,
              0);
      TrainingListener counter =
          new TrainingListener() {
            @Override
            public void stepDone(long step, double nll, double gradientNorm, double rate) {
              laps.lap();
            }
          };
      new Trainer<>(
              model,
              endless,
              new AdamW(AdamW.Config.defaults()),
              LearningRateSchedule.constant(LEARNING_RATE),
              workers,
              kernels,
              List.of(counter))
          .run(i -> batch, List.of(), Trainer.Progress.start(), (at, best) -> {}, laps::done);
    }

    /** 6 operations for each step and weight: all weights take part in products. */
    @Override
    public Cost cost() {
      double steps = (double) BATCH * CONFIG.windowLength();
      return Cost.arithmetic(6 * model.parameters().count() * steps, steps);
    }

    @Override
    public Peer peer() {
      return peer;
    }

    @Override
    public void close() {
      workers.close();
    }
  }
}
