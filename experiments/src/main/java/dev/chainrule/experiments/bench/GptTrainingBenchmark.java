package dev.chainrule.experiments.bench;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
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
import dev.chainrule.text.gpt.Gpt;
import dev.chainrule.text.gpt.GptConfig;
import dev.chainrule.text.gpt.TokenBatch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A training step of a GPT: forward, backward, clipping to norm 1, AdamW.
 *
 * @param batchSize sequences B in a batch
 * @param config shape of the model; batches are as long as its context
 */
record GptTrainingBenchmark(int batchSize, GptConfig config) implements Benchmark {
  private static final double LEARNING_RATE = 1e-3;

  @Override
  public String name() {
    return "text.train.B%dT%dC%dL%dH%d"
        .formatted(
            batchSize,
            config.contextLength(),
            config.embeddingDim(),
            config.numLayers(),
            config.numHeads());
  }

  @Override
  public Work prepare(Setup setup) {
    Gpt model = new Gpt(config);
    model.parameters().allocate(DType.FLOAT32, setup.seed());
    List<Kernels> kernels = new ArrayList<>();
    for (int i = 0; i < setup.threads(); i++) {
      kernels.add(Engines.create(setup.engine()));
    }
    return new Steps(setup, model, kernels, new Workers(setup.threads()));
  }

  /**
   * Floating-point operations of a step: 6 for each token and weight that takes part in a product
   * (2 forward, 4 backward), and those of attention, of which causality leaves (T + 1) / 2 keys for
   * a query in the mean: 2·2·C forward for each, three times that in all.
   */
  static double flop(GptConfig config, long parameters, int batchSize) {
    double time = config.contextLength();
    double width = config.embeddingDim();
    double lookedUp = time * width + (config.tiedEmbeddings() ? 0 : config.vocabSize() * width);
    double tokens = batchSize * time;
    double attention = 12 * config.numLayers() * width * tokens * (time + 1) / 2;
    return 6 * (parameters - lookedUp) * tokens + attention;
  }

  /**
   * The batch that the peer's {@code gpt_model.batch_of} makes too: pseudo-random tokens [B, T +
   * 1].
   */
  static TokenBatch batch(int vocabSize, int batchSize, int contextLength) {
    int[] ids = new int[batchSize * (contextLength + 1)];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = (int) (((i * 2_654_435_761L) & 0xFFFF_FFFFL) >>> 16) % vocabSize;
    }
    return new TokenBatch(Tensor.of(ids, batchSize, contextLength + 1));
  }

  private final class Steps implements Work {
    private final Setup setup;
    private final Gpt model;
    private final List<Kernels> kernels;
    private final Workers workers;
    private final TokenBatch batch;
    private final Peer peer;

    Steps(Setup setup, Gpt model, List<Kernels> kernels, Workers workers) {
      this.setup = setup;
      this.model = model;
      this.kernels = kernels;
      this.workers = workers;
      batch = batch(config.vocabSize(), batchSize, config.contextLength());
      double loss = new Evaluator<>(model, workers, kernels, 1).evaluate(List.of(batch)).nll();
      peer = new Peer("gpt_step.py", this::writeInitialWeights, peerArguments(), loss);
    }

    private List<String> peerArguments() {
      return List.of(
          "train",
          "--heads",
          Integer.toString(config.numHeads()),
          "--batch",
          Integer.toString(batchSize),
          "--context",
          Integer.toString(config.contextLength()));
    }

    private void writeInitialWeights(Path file) throws IOException {
      Gpt fresh = new Gpt(config);
      Parameters parameters = fresh.parameters();
      parameters.allocate(DType.FLOAT32, setup.seed());
      SafetensorsWriter writer = new SafetensorsWriter();
      parameters.views(parameters.values()).forEach(writer::add);
      writer.write(file);
    }

    @Override
    public void repeat(Laps laps) throws IOException {
      TrainConfig endless =
          TrainConfig.of(
              setup.seed(),
              TrainConfig.Limits.steps(Long.MAX_VALUE),
              new TrainConfig.Cadence(Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE));
      TrainingListener counter =
          new TrainingListener() {
            @Override
            public void stepDone(long step, double nll, double gradientNorm, double rate) {
              laps.lap();
            }
          };
      Trainer<TokenBatch> trainer =
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

    @Override
    public Cost cost() {
      double tokens = (double) batchSize * config.contextLength();
      return Cost.arithmetic(flop(config, model.parameters().count(), batchSize), tokens);
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
