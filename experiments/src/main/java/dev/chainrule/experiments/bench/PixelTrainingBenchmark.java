package dev.chainrule.experiments.bench;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.kernel.Engines;
import dev.chainrule.core.kernel.Kernels;
import dev.chainrule.core.optim.AdamW;
import dev.chainrule.core.optim.LearningRateSchedule;
import dev.chainrule.core.parallel.Workers;
import dev.chainrule.core.train.Evaluator;
import dev.chainrule.core.train.TrainConfig;
import dev.chainrule.core.train.Trainer;
import dev.chainrule.core.train.TrainingListener;
import dev.chainrule.pixelcnn.ImageBatch;
import dev.chainrule.pixelcnn.gated.GatedPixelCnn;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A training step of Gated PixelCNN, 7 layers of 64 units on 28 x 28 binary images: forward,
 * backward, clipping to norm 1, AdamW.
 *
 * @param batchSize images B in a batch
 */
record PixelTrainingBenchmark(int batchSize) implements Benchmark {
  private static final double LEARNING_RATE = 1e-3;

  @Override
  public String name() {
    return "pixelcnn.train.gated7x64.B" + batchSize;
  }

  @Override
  public Work prepare(Setup setup) {
    GatedPixelCnn model = new GatedPixelCnn(PixelBatch.GATED_7X64);
    model.parameters().allocate(DType.FLOAT32, setup.seed());
    List<Kernels> kernels = new ArrayList<>();
    for (int i = 0; i < setup.threads(); i++) {
      kernels.add(Engines.create(setup.engine()));
    }
    return new Steps(setup, model, kernels, new Workers(setup.threads()));
  }

  private final class Steps implements Work {
    private final Setup setup;
    private final GatedPixelCnn model;
    private final List<Kernels> kernels;
    private final Workers workers;
    private final ImageBatch batch = PixelBatch.images(batchSize);
    private final Peer peer;

    Steps(Setup setup, GatedPixelCnn model, List<Kernels> kernels, Workers workers) {
      this.setup = setup;
      this.model = model;
      this.kernels = kernels;
      this.workers = workers;
      double loss = new Evaluator<>(model, workers, kernels, 4).evaluate(List.of(batch)).nll();
      peer =
          new Peer(
              "pixelcnn_step.py",
              file -> PixelBatch.writeWeights(file, setup.seed()),
              List.of("train", "--batch", Integer.toString(batchSize)),
              loss);
    }

    @Override
    public void repeat(Laps laps) throws IOException {
      long never = Long.MAX_VALUE;
      TrainConfig endless =
          TrainConfig.of(
              setup.seed(),
              TrainConfig.Limits.steps(never),
              new TrainConfig.Cadence(never, never, never));
      TrainingListener counter =
          new TrainingListener() {
            @Override
            public void stepDone(long step, double nll, double gradientNorm, double rate) {
              laps.lap();
            }
          };
      Trainer<ImageBatch> trainer =
          new Trainer<>(
              model,
              endless,
              new AdamW(AdamW.Config.defaults()),
              LearningRateSchedule.constant(LEARNING_RATE),
              workers,
              kernels,
              List.of(counter));
      trainer.run(
          i -> batch, List.of(), Trainer.Progress.start(), (progress, best) -> {}, laps::done);
    }

    /** 2 forward and 4 backward for each pixel and weight, but for the image's gradient. */
    @Override
    public Cost cost() {
      double pixels = (double) batchSize * PixelBatch.GATED_7X64.image().dimensions();
      double flop = 6 * PixelBatch.productWeights() - 2 * PixelBatch.imageWeights();
      return Cost.arithmetic(flop * pixels, batchSize);
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
