package dev.chainrule.experiments.gpu;

import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.engine.Engines;
import dev.chainrule.core.kernel.cuda.CudaEngine;
import dev.chainrule.core.kernel.cuda.Precision;
import dev.chainrule.core.model.AutoregressiveModel;
import dev.chainrule.core.model.Batch;
import dev.chainrule.core.model.Decoder;
import dev.chainrule.core.model.RecomputingDecoder;
import dev.chainrule.pixelcnn.ImageBatch;
import dev.chainrule.pixelcnn.ImageFormat;
import dev.chainrule.pixelcnn.gated.GatedPixelCnn;
import dev.chainrule.pixelcnn.gated.GatedPixelCnnConfig;
import dev.chainrule.text.gpt.Gpt;
import dev.chainrule.text.gpt.GptConfig;
import dev.chainrule.text.model.TokenBatch;
import dev.chainrule.wavenet.Conditions;
import dev.chainrule.wavenet.Quantization;
import dev.chainrule.wavenet.WaveBatch;
import dev.chainrule.wavenet.WaveNet;
import dev.chainrule.wavenet.WaveNetConfig;
import java.util.List;

/**
 * Decoders on a GPU: {@code Decoding check} holds small ones against the reference, which
 * recomputes and needs no BLAS; {@code Decoding time STEPS} times large ones, elements drawn
 * beforehand. Ends with 1 if anything differs.
 */
public final class Decoding {
  private static final double TOLERANCE = 1e-4;

  private final Engine gpu;

  private Decoding(Engine gpu) {
    this.gpu = gpu;
  }

  public static void main(String[] args) {
    boolean check = args.length == 1 && args[0].equals("check");
    if (!check && !(args.length == 2 && args[0].equals("time"))) {
      System.err.println("arguments: check, or time STEPS");
      System.exit(2);
    }
    boolean right = true;
    try (CudaEngine engine = CudaEngine.open(0, Precision.FLOAT32)) {
      System.out.println(engine.info());
      Decoding decoding = new Decoding(engine);
      if (check) {
        right = decoding.check();
      } else {
        decoding.time(Integer.parseInt(args[1]));
      }
    }
    if (!right) {
      System.exit(1);
    }
  }

  private boolean check() {
    // The reference recomputes all of it in plain loops: no larger than shows that caches wrap.
    Gpt gpt = new Gpt(new GptConfig(300, 40, 2, 4, 32, 0, true, true));
    WaveNet wave = new WaveNet(waveNet(2, 3, 12));
    GatedPixelCnn pixels =
        new GatedPixelCnn(new GatedPixelCnnConfig(new ImageFormat(5, 6, 1, 8), 3, 12, 5, 3, 16, 0));
    boolean right = agrees("gpt", gpt, new TokenBatch(Tensor.zeros(DType.INT32, 2, 40)), 300);
    right &= agrees("wavenet", wave, WaveBatch.room(3, Conditions.NONE, 30), 256);
    right &= agrees("gated pixelcnn", pixels, images(5, 30), 8);
    return right;
  }

  private static WaveNetConfig waveNet(int stacks, int layers, int width) {
    return new WaveNetConfig(
        16_000,
        new WaveNetConfig.Signal(Quantization.MU_LAW, 256, true),
        WaveNetConfig.Head.softmax(),
        new WaveNetConfig.Stack(stacks, layers, 2, width, 2 * width, 4 * width),
        List.of(),
        null);
  }

  private static ImageBatch images(int count, int values) {
    return new ImageBatch(Tensor.zeros(DType.INT32, count, values), null);
  }

  private <B extends Batch> boolean agrees(
      String name, AutoregressiveModel<B> model, B room, int levels) {
    model.parameters().allocate(DType.FLOAT32, 1);
    double worst = 0;
    try (Engine cpu = Engines.open("reference", 1);
        Decoder cached = model.decoder(gpu, room);
        Decoder plain = new RecomputingDecoder<>(model, cpu, room)) {
      for (int t = 0; t < room.length() - 1; t++) {
        if (t >= model.givenElements()) {
          double[] actual = cached.conditional().toDoubles();
          double[] expected = plain.conditional().toDoubles();
          for (int i = 0; i < expected.length; i++) {
            double off = Math.abs(actual[i] - expected[i]) / (1 + Math.abs(expected[i]));
            // A NaN is as bad as can be.
            worst = off <= worst ? worst : Double.isNaN(off) ? Double.MAX_VALUE : off;
          }
        }
        Tensor next = elements(cached.streams(), levels, t);
        cached.feed(next);
        plain.feed(next);
      }
    }
    boolean right = worst <= TOLERANCE;
    System.out.printf("%s %s: off by %.2e at most%n", right ? "right" : "FAILED", name, worst);
    return right;
  }

  private static Tensor elements(int streams, int levels, int step) {
    Tensor elements = Tensor.zeros(DType.INT32, streams);
    CounterRandom rng = CounterRandom.of(3, step);
    for (int s = 0; s < streams; s++) {
      elements.set(s, rng.nextInt(levels));
    }
    return elements;
  }

  private void time(int steps) {
    Gpt gpt = new Gpt(new GptConfig(50_304, 1024, 12, 12, 768, 0, true, true));
    gpt.parameters().allocate(DType.FLOAT32, 1);
    double bytes = 4.0 * gpt.parameters().count();
    double seconds = time("gpt2, 1 stream", gpt, room(gpt, 1), 50_304, Math.min(steps, 1000));
    System.out.printf("  reads %.0f GB/s of weights%n", bytes / seconds / 1e9);
    time("gpt2, 32 streams", gpt, room(gpt, 32), 50_304, Math.min(steps, 1000));
    WaveNet wave = new WaveNet(waveNet(3, 10, 64));
    wave.parameters().allocate(DType.FLOAT32, 1);
    for (int streams : new int[] {1, 32}) {
      WaveBatch room = WaveBatch.room(streams, Conditions.NONE, steps + 1);
      time("wavenet 30 x 64/128/256, " + streams + " streams", wave, room, 256, steps);
    }
    ImageFormat mnist = new ImageFormat(28, 28, 1, 2);
    GatedPixelCnn pixels = new GatedPixelCnn(new GatedPixelCnnConfig(mnist, 7, 64, 7, 3, 64, 0));
    pixels.parameters().allocate(DType.FLOAT32, 1);
    time("gated pixelcnn 7 x 64, 1024 images", pixels, images(1024, 784), 2, Math.min(steps, 783));
  }

  private static TokenBatch room(Gpt gpt, int streams) {
    return new TokenBatch(Tensor.zeros(DType.INT32, streams, gpt.contextLength()));
  }

  /** Seconds of a step, of which the first few are not counted. */
  private <B extends Batch> double time(
      String name, AutoregressiveModel<B> model, B room, int levels, int steps) {
    int warm = Math.max(1, steps / 10);
    try (Decoder decoder = model.decoder(gpu, room)) {
      long begun = System.nanoTime();
      for (int t = 0; t < steps; t++) {
        if (t == warm) {
          begun = System.nanoTime();
        }
        decoder.feed(elements(decoder.streams(), levels, t));
        decoder.conditional();
      }
      double seconds = (System.nanoTime() - begun) / 1e9 / (steps - warm);
      System.out.printf(
          "%s: %.3f ms a step, %.0f elements/s%n",
          name, 1e3 * seconds, decoder.streams() / seconds);
      return seconds;
    }
  }
}
