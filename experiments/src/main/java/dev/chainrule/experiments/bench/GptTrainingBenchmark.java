package dev.chainrule.experiments.bench;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.text.gpt.Gpt;
import dev.chainrule.text.gpt.GptConfig;
import dev.chainrule.text.model.TokenBatch;
import java.util.List;

/**
 * A training step of a GPT: forward, backward, clipping to norm 1, AdamW.
 *
 * @param batchSize sequences B in a batch
 * @param config shape of the model; batches are as long as its context
 */
record GptTrainingBenchmark(int batchSize, GptConfig config) implements Benchmark {
  private static final int MICRO_BATCH = 4;

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
    double tokens = (double) batchSize * config.contextLength();
    double flop = flop(config, new Gpt(config).parameters().count(), batchSize);
    TokenBatch batch = batch(config.vocabSize(), batchSize, config.contextLength());
    List<String> arguments =
        List.of(
            "train",
            "--heads",
            Integer.toString(config.numHeads()),
            "--batch",
            Integer.toString(batchSize),
            "--context",
            Integer.toString(config.contextLength()));
    return new TrainingSteps<>(
        setup,
        new TrainingSteps.Subject<>(
            () -> new Gpt(config), batch, MICRO_BATCH, 1, Cost.arithmetic(flop, tokens)),
        new TrainingSteps.Script("gpt_step.py", arguments));
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
}
