package dev.chainrule.experiments.bench;

import java.util.List;

/**
 * A training step of a model of images: forward, backward, clipping to norm 1, AdamW.
 *
 * @param network the model
 * @param batchSize images B in a batch
 */
record PixelTrainingBenchmark(PixelNetwork network, int batchSize) implements Benchmark {
  private static final int MICRO_BATCH = 4;

  @Override
  public String name() {
    return "pixelcnn.train." + network.label() + ".B" + batchSize;
  }

  /** 2 forward and 4 backward for each pixel and weight, but for the image's gradient. */
  @Override
  public Work prepare(Setup setup) {
    double flop = (6 * network.products() - 2 * network.imageProducts()) * batchSize;
    List<String> arguments = List.of("train", "--batch", Integer.toString(batchSize));
    return new TrainingSteps<>(
        setup,
        new TrainingSteps.Subject<>(
            network::model,
            network.images(batchSize),
            MICRO_BATCH,
            1,
            Cost.arithmetic(flop, batchSize)),
        network.hasPeer() ? new TrainingSteps.Script("pixelcnn_step.py", arguments) : null);
  }
}
