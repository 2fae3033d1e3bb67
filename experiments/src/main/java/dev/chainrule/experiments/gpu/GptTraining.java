package dev.chainrule.experiments.gpu;

import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.autograd.Variable;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.kernel.cuda.CudaEngine;
import dev.chainrule.core.kernel.cuda.Precision;
import dev.chainrule.core.optim.AdamW;
import dev.chainrule.text.gpt.Gpt;
import dev.chainrule.text.gpt.GptConfig;
import dev.chainrule.text.model.TokenBatch;
import java.util.Locale;

/**
 * Times training steps of a GPT on a GPU, on made-up tokens: {@code GptTraining CONFIG BATCH STEPS
 * PRECISION}, where CONFIG is gpt2 (124 million parameters, a vocabulary of 50,304, 1,024 tokens),
 * baby (nanoGPT's character model) or tiny (for a try without a GPU). The peer is {@code
 * experiments/peers/gpt_gpu.py}, with the same made-up tokens, sizes and optimiser.
 */
public final class GptTraining {
  private static final double CLIP = 1;
  private static final double RATE = 3e-4;

  private GptTraining() {}

  public static void main(String[] args) {
    if (args.length != 4) {
      System.err.println("arguments: CONFIG BATCH STEPS PRECISION");
      System.exit(2);
    }
    GptConfig config =
        switch (args[0]) {
          case "gpt2" -> new GptConfig(50_304, 1024, 12, 12, 768, 0.0, true, true);
          case "baby" -> GptConfig.baby(65);
          case "tiny" -> new GptConfig(11, 8, 2, 2, 32, 0.1, true, true);
          default -> throw new IllegalArgumentException(args[0] + ", expected gpt2, baby or tiny");
        };
    int batch = Integer.parseInt(args[1]);
    int steps = Integer.parseInt(args[2]);
    Precision precision = Precision.valueOf(args[3].toUpperCase(Locale.ROOT));
    try (CudaEngine engine = CudaEngine.open(0, precision)) {
      System.out.println(engine.info());
      train(engine, precision, args[0], config, batch, steps);
    }
  }

  private static void train(
      Engine engine, Precision precision, String name, GptConfig config, int batchSize, int steps) {
    Gpt model = new Gpt(config);
    model.parameters().allocate(DType.FLOAT32, 1);
    model.parameters().moveTo(engine);
    AdamW optimizer = new AdamW(AdamW.Config.defaults());
    optimizer.begin(model.parameters());
    Tape tape = Tape.training(engine, model.parameters());
    int warm = Math.min(5, steps / 2);
    long begun = System.nanoTime();
    for (int step = 0; step < steps; step++) {
      if (step == warm) {
        begun = System.nanoTime();
      }
      TokenBatch batch = tokens(config, batchSize, step);
      double nll = step(engine, model, optimizer, tape, batch, step);
      if (step % Math.max(1, steps / 10) == 0 || step + 1 == steps) {
        System.out.printf("%s step %d: nll %.4f%n", name, step, nll);
      }
    }
    double seconds = (System.nanoTime() - begun) / 1e9 / (steps - warm);
    double tokens = (double) batchSize * config.contextLength();
    double flops = 6.0 * model.parameters().count() * tokens;
    flops +=
        12.0 * config.numLayers() * config.embeddingDim() * config.contextLength() * tokens / 2;
    System.out.printf(
        "%s batch %d: %.2f ms a step, %.0f tokens/s, %.1f TFLOP/s, %d parameters%n",
        name,
        batchSize,
        1e3 * seconds,
        tokens / seconds,
        flops / seconds / 1e12,
        model.parameters().count());
    String key = "train." + name + "." + precision.name().toLowerCase(Locale.ROOT);
    Results.print(key + ".tokens_per_second", tokens / seconds);
    Results.print(key + ".tflops", flops / seconds / 1e12);
  }

  private static double step(
      Engine engine, Gpt model, AdamW optimizer, Tape tape, TokenBatch batch, int step) {
    double weight = 1.0 / (batch.size() * (batch.length() - 1));
    tape.zeroGradients();
    tape.begin(CounterRandom.key(1, step));
    Variable loss = model.nll(tape, batch);
    tape.backward(loss, weight);
    double nll = engine.kernels(0).arrays().sum(loss.value()) * weight;
    double norm = Math.sqrt(engine.kernels(0).arrays().squaredNorm(tape.gradients()));
    if (!Double.isFinite(nll + norm)) {
      throw new IllegalStateException("nll %s, norm %s at step %d".formatted(nll, norm, step));
    }
    double scale = norm > CLIP ? CLIP / norm : 1;
    optimizer.step(engine, model.parameters(), tape.gradients(), scale, RATE);
    return nll;
  }

  /**
   * A token follows from the one before and a little chance, so that there is something to learn.
   */
  private static TokenBatch tokens(GptConfig config, int batchSize, int step) {
    int length = config.contextLength() + 1;
    Tensor ids = Tensor.zeros(DType.INT32, batchSize, length);
    CounterRandom rng = CounterRandom.of(7, step);
    int vocab = config.vocabSize();
    for (int b = 0; b < batchSize; b++) {
      int token = rng.nextInt(vocab);
      for (int t = 0; t < length; t++) {
        ids.set((long) b * length + t, token);
        token = (token * 5 + 1 + rng.nextInt(2)) % vocab;
      }
    }
    return new TokenBatch(ids);
  }
}
