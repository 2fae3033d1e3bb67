package dev.chainrule.experiments.bench;

import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.model.Decoder;
import dev.chainrule.core.sampling.CategoricalSampler;
import dev.chainrule.core.train.Evaluator;
import dev.chainrule.text.gpt.Gpt;
import dev.chainrule.text.gpt.GptConfig;
import dev.chainrule.text.model.TokenBatch;
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
    Engine engine = setup.open();
    Decoder decoder = model.decoder(engine, 1);
    return new Tokens(
        model, engine, decoder, CounterRandom.of(setup.seed()), peer(model, engine, setup.seed()));
  }

  private Peer peer(Gpt model, Engine engine, long seed) {
    TokenBatch batch = GptTrainingBenchmark.batch(config.vocabSize(), 1, LOSS_CONTEXT);
    double loss = new Evaluator<>(model, engine.worker(0), 1).evaluate(List.of(batch)).nll();
    List<String> arguments =
        List.of(
            "decode",
            "--heads",
            Integer.toString(config.numHeads()),
            "--context",
            Integer.toString(LOSS_CONTEXT),
            "--tokens",
            Integer.toString(LENGTH - 1));
    Peer.Weights initial = Peer.Weights.initial(() -> new Gpt(config), seed);
    return new Peer("gpt_step.py", initial, arguments, loss);
  }

  private record Tokens(Gpt model, Engine engine, Decoder decoder, CounterRandom random, Peer peer)
      implements Work {
    @Override
    public void repeat(Laps laps) {
      int vocab = model.config().vocabSize();
      CategoricalSampler sampler = new CategoricalSampler(vocab, List.of());
      float[] logits = new float[vocab];
      double[] element = new double[1];
      Tensor token = Tensor.zeros(DType.INT32, 1);
      while (!laps.done()) {
        if (decoder.position(0) == Math.min(LENGTH, decoder.capacity())) {
          decoder.reset();
        }
        decoder.feed(token);
        decoder.conditional().read(0, logits, 0, vocab);
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
      engine.close();
    }
  }
}
