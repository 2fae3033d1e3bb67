package dev.chainrule.experiments.bench;

import dev.chainrule.text.decoder.DecoderConfig;
import dev.chainrule.text.decoder.DecoderModel;
import java.util.List;

/**
 * A training step of a LLaMA: forward, backward, clipping to norm 1, AdamW.
 *
 * @param batchSize sequences B in a batch
 * @param config shape of the model; batches are as long as its context
 */
record DecoderTrainingBenchmark(int batchSize, DecoderConfig config) implements Benchmark {
  private static final int MICRO_BATCH = 4;

  /** Those that are compared: of the sizes of the two GPTs. */
  static List<Benchmark> all() {
    return List.of(
        new DecoderTrainingBenchmark(12, DecoderConfig.nanoCpu(65)),
        new DecoderTrainingBenchmark(16, DecoderConfig.llama(65, 128, 4, 256, 688, 4, 2)));
  }

  @Override
  public String name() {
    return "text.train.decoder.B%dT%dC%dL%dH%dKV%d"
        .formatted(
            batchSize,
            config.contextLength(),
            config.width(),
            config.numLayers(),
            config.numHeads(),
            config.numKvHeads());
  }

  @Override
  public Work prepare(Setup setup) {
    double tokens = (double) batchSize * config.contextLength();
    double flop = flop(config, new DecoderModel(config).parameters().count(), batchSize);
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
            () -> new DecoderModel(config),
            GptTrainingBenchmark.batch(config.vocabSize(), batchSize, config.contextLength()),
            MICRO_BATCH,
            1,
            Cost.arithmetic(flop, tokens)),
        new TrainingSteps.Script("gpt_step.py", arguments));
  }

  /** As {@link GptTrainingBenchmark#flop}: every weight of a tied model takes part in a product. */
  static double flop(DecoderConfig config, long parameters, int batchSize) {
    double tokens = (double) batchSize * config.contextLength();
    double heads = (double) config.numHeads() * config.headDim();
    double attention = 12 * config.numLayers() * heads * tokens * (config.contextLength() + 1) / 2;
    return 6 * parameters * tokens + attention;
  }
}
