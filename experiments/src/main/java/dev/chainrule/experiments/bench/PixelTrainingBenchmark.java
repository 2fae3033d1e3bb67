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
import dev.chainrule.pixelcnn.ImageModel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A training step of a model of images: forward, backward, clipping to norm 1, AdamW.
 *
 * @param network the model
 * @param batchSize images B in a batch
 */
record PixelTrainingBenchmark(PixelNetwork network, int batchSize) implements Benchmark {
  private static final double LEARNING_RATE = 1e-3;

  @Override
  public String name() {
    return "pixelcnn.train." + network.label() + ".B" + batchSize;
  }

  @Override
  public Work prepare(Setup setup) {
    ImageModel model = network.model();
    model.parameters().allocate(DType.FLOAT32, setup.seed());
    List<Kernels> kernels = new ArrayList<>();
    for (int i = 0; i < setup.threads(); i++) {
      kernels.add(Engines.create(setup.engine()));
    }
    return new Steps(setup, model, kernels, new Workers(setup.threads()));
  }

  private final class Steps implements Work {
    private final Setup setup;
    private final ImageModel model;
    private final List<Kernels> kernels;
    private final Workers workers;
    private final ImageBatch batch = network.images(batchSize);
    private final @Nullable Peer peer;

    Steps(Setup setup, ImageModel model, List<Kernels> kernels, Workers workers) {
      this.setup = setup;
      this.model = model;
      this.kernels = kernels;
      this.workers = workers;
      double loss = new Evaluator<>(model, workers, kernels, 4).evaluate(List.of(batch)).nll();
      peer =
          network.hasPeer()
              ? new Peer(
                  "pixelcnn_step.py",
                  file -> network.writeWeights(file, setup.seed()),
                  List.of("train", "--batch", Integer.toString(batchSize)),
                  loss)
              : null;
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
      double flop = 6 * network.products() - 2 * network.imageProducts();
      return Cost.arithmetic(flop * batchSize, batchSize);
    }

    @Override
    public @Nullable Peer peer() {
      return peer;
    }

    @Override
    public void close() {
      workers.close();
    }
  }
}
