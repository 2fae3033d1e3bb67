package dev.chainrule.experiments.bench;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.kernel.CacheFormat;
import dev.chainrule.core.quant.BlockFormat;
import dev.chainrule.text.decoder.CachedDecoder;
import dev.chainrule.text.decoder.DecoderConfig;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A LLaMA whose weights lie in a format of GGML: one token of each stream, in the mean over the
 * first {@value #LENGTH} of a sequence, or a whole prompt. At the least, a token reads all weights
 * from memory.
 *
 * @param size number of parameters, as the name has it
 * @param config shape of the model
 * @param streams that are fed at once
 * @param prompt tokens of a prompt, 0 to decode
 */
record BlockDecodingBenchmark(
    String size, DecoderConfig config, BlockFormat format, int streams, int prompt)
    implements Benchmark {
  private static final int LENGTH = 128;

  /** Single tokens of one stream and of eight; of the middle shape prompts, too. */
  static List<Benchmark> all() {
    List<Benchmark> all = new ArrayList<>();
    for (BlockFormat format :
        List.of(
            BlockFormat.F32,
            BlockFormat.Q8_0,
            BlockFormat.Q4_0,
            BlockFormat.Q4_1,
            BlockFormat.Q4_K)) {
      addTokens(all, "llama10M", llama(4096, 6, 256, 768, 8, 4), format);
      DecoderConfig middle = llama(32_000, 12, 768, 2048, 12, 4);
      addTokens(all, "llama124M", middle, format);
      all.add(new BlockDecodingBenchmark("llama124M", middle, format, 1, 128));
      all.add(new BlockDecodingBenchmark("llama124M", middle, format, 1, 512));
      if (format == BlockFormat.Q8_0 || format == BlockFormat.Q4_0) {
        addTokens(all, "llama1.1B", llama(32_000, 22, 2048, 5632, 32, 4), format);
      }
    }
    return all;
  }

  private static void addTokens(
      List<Benchmark> all, String size, DecoderConfig config, BlockFormat format) {
    all.add(new BlockDecodingBenchmark(size, config, format, 1, 0));
    all.add(new BlockDecodingBenchmark(size, config, format, 8, 0));
  }

  private static DecoderConfig llama(
      int vocab, int layers, int width, int hidden, int heads, int kvHeads) {
    return DecoderConfig.llama(vocab, 1024, layers, width, hidden, heads, kvHeads);
  }

  @Override
  public String name() {
    String what = "%s.%s".formatted(size, format.option());
    return prompt > 0
        ? "text.prompt.%s.T%d".formatted(what, prompt)
        : "text.decode." + what + (streams > 1 ? ".S" + streams : "");
  }

  @Override
  public Work prepare(Setup setup) {
    Engine engine = setup.open();
    RandomBlocks weights = new RandomBlocks(config, format, setup.seed());
    CachedDecoder decoder =
        new CachedDecoder(
            config, weights, CacheFormat.FLOAT32, streams, config.contextLength(), engine);
    return new Tokens(this, engine, decoder, weights);
  }

  /** Multiplications of weights with one token. */
  private double weights() {
    double heads = (double) config.numHeads() * config.headDim();
    double kvHeads = (double) config.numKvHeads() * config.headDim();
    double layer = config.width() * (2 * heads + 2 * kvHeads + 3.0 * config.hidden());
    return config.numLayers() * layer;
  }

  private record Tokens(
      BlockDecodingBenchmark benchmark, Engine engine, CachedDecoder decoder, RandomBlocks weights)
      implements Work {
    @Override
    public void repeat(Laps laps) {
      int prompt = benchmark.prompt();
      Tensor tokens = Tensor.zeros(DType.INT32, benchmark.streams(), prompt == 0 ? 1 : prompt);
      for (long i = 0; i < tokens.size(); i++) {
        tokens.set(i, (int) (i % benchmark.config().vocabSize()));
      }
      while (!laps.done()) {
        if (prompt > 0 || decoder.position(0) == LENGTH) {
          decoder.reset();
        }
        if (prompt > 0) {
          decoder.feedAll(tokens);
        } else {
          decoder.feed(tokens);
        }
        laps.lap();
      }
    }

    @Override
    public Cost cost() {
      int streams = benchmark.streams();
      double head = (double) benchmark.config().vocabSize() * benchmark.config().width();
      if (benchmark.prompt() > 0) {
        double flop = 2 * (benchmark.weights() * benchmark.prompt() + head);
        return Cost.arithmetic(flop, benchmark.prompt());
      }
      double flop = 2 * streams * (benchmark.weights() + head);
      return Cost.memory(flop, (double) decoder.weightBytes(), streams);
    }

    /** Of one stream: llama-bench decodes no more. */
    @Override
    public @Nullable LlamaBench llama() {
      int prompt = benchmark.prompt();
      return benchmark.streams() > 1
          ? null
          : new LlamaBench(benchmark.config(), weights, prompt, prompt == 0 ? LENGTH : 0);
    }

    @Override
    public void close() {
      decoder.close();
      engine.close();
    }
  }
}
