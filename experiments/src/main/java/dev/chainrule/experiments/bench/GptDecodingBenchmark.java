package dev.chainrule.experiments.bench;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.engine.Engines;
import dev.chainrule.core.kernel.Kernels;
import dev.chainrule.base.parallel.Workers;
import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.core.sampling.CategoricalSampler;
import dev.chainrule.core.train.Evaluator;
import dev.chainrule.text.gpt.Gpt;
import dev.chainrule.text.gpt.GptConfig;
import dev.chainrule.text.gpt.GptDecoder;
import dev.chainrule.text.gpt.TokenBatch;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * One token of one stream drawn from a GPT with its cache, in the mean over the first {@value
 * #LENGTH} of a sequence. At the least, all weights are read from memory.
 *
 * @param size number of parameters, as the name has it
 * @param config shape of the model
 */
record GptDecodingBenchmark(String size, GptConfig config) implements Benchmark {
  private static final int LENGTH = 256;

  /** Length of the text whose loss shows that both have the same weights. */
  private static final int LOSS_CONTEXT = 64;

  @Override
  public String name() {
    return "text.decode." + size + ".float32";
  }

  @Override
  public Work prepare(Setup setup) {
    Gpt model = new Gpt(config);
    model.parameters().allocate(DType.FLOAT32, setup.seed());
    return new Tokens(
        model,
        model.decoder(1, setup.threads()),
        CounterRandom.of(setup.seed()),
        peer(model, setup));
  }

  private Peer peer(Gpt model, Setup setup) {
    TokenBatch batch = GptTrainingBenchmark.batch(config.vocabSize(), 1, LOSS_CONTEXT);
    double loss;
    try (Workers workers = new Workers(1)) {
      List<Kernels> kernels = List.of(Engines.create(setup.engine()));
      loss = new Evaluator<>(model, workers, kernels, 1).evaluate(List.of(batch)).nll();
    }
    List<String> arguments =
        List.of(
            "decode",
            "--heads",
            Integer.toString(config.numHeads()),
            "--context",
            Integer.toString(LOSS_CONTEXT),
            "--tokens",
            Integer.toString(LENGTH - 1));
    Peer.Weights initial = Peer.Weights.initial(() -> new Gpt(config), setup.seed());
    return new Peer("gpt_step.py", initial, arguments, loss);
  }

  private record Tokens(Gpt model, GptDecoder decoder, CounterRandom random, Peer peer)
      implements Work {
    @Override
    public void repeat(Laps laps) {
      int vocab = model.config().vocabSize();
      CategoricalSampler sampler = new CategoricalSampler(vocab, List.of());
      float[] logits = new float[vocab];
      double[] element = new double[1];
      Tensor token = Tensor.zeros(DType.INT32, 1);
      while (!laps.done()) {
        if (decoder.position() == Math.min(LENGTH, decoder.capacity())) {
          decoder.reset();
        }
        decoder.feed(token);
        MemorySegment row = decoder.conditional().segment();
        MemorySegment.copy(row, ValueLayout.JAVA_FLOAT, 0, logits, 0, vocab);
        sampler.sample(logits, random, element);
        token.set(0, element[0]);
        laps.lap();
      }
    }

    @Override
    public Cost cost() {
      GptConfig config = model.config();
      long lookedUp = (long) config.contextLength() * config.embeddingDim();
      if (!config.tiedEmbeddings()) {
        lookedUp += (long) config.vocabSize() * config.embeddingDim();
      }
      double weights = model.parameters().count() - lookedUp;
      return Cost.memory(2 * weights, 4 * weights, 1);
    }

    @Override
    public void close() {
      decoder.close();
    }
  }
}
