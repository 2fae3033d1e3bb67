package dev.chainrule.experiments.gpu;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.kernel.cuda.CudaEngine;
import dev.chainrule.core.kernel.cuda.Precision;
import dev.chainrule.core.model.Decoder;
import dev.chainrule.pixelcnn.ImageFormat;
import dev.chainrule.pixelcnn.ImageModel;
import dev.chainrule.pixelcnn.ImageSampler;
import dev.chainrule.pixelcnn.gated.GatedPixelCnn;
import dev.chainrule.pixelcnn.gated.GatedPixelCnnConfig;
import dev.chainrule.text.gpt.Gpt;
import dev.chainrule.text.gpt.GptConfig;
import dev.chainrule.wavenet.Conditions;
import dev.chainrule.wavenet.WaveBatch;
import dev.chainrule.wavenet.WaveGenerator;
import dev.chainrule.wavenet.WaveNet;
import dev.chainrule.wavenet.WaveNetConfig;
import java.util.Locale;

/**
 * Times drawing from models with random weights on a GPU, by whatever decoder a model has there:
 *
 * <pre>
 * GpuSampling decode gpt2|tiny TOKENS PRECISION
 * GpuSampling wavenet thirty|tiny STREAMS SAMPLES PRECISION
 * GpuSampling pixelcnn gated|tiny IMAGES PRECISION
 * </pre>
 */
public final class GpuSampling {
  private static final long SEED = 1;

  private GpuSampling() {}

  public static void main(String[] args) {
    String precision = args[args.length - 1].toUpperCase(Locale.ROOT);
    try (CudaEngine engine = CudaEngine.open(Precision.valueOf(precision))) {
      System.out.println(engine.info());
      switch (args[0]) {
        case "decode" -> decode(engine, args[1].equals("tiny"), Integer.parseInt(args[2]));
        case "wavenet" ->
            wavenet(
                engine,
                args[1].equals("tiny"),
                Integer.parseInt(args[2]),
                Integer.parseInt(args[3]));
        case "pixelcnn" -> pixelcnn(engine, args[1].equals("tiny"), Integer.parseInt(args[2]));
        default ->
            throw new IllegalArgumentException(args[0] + ", expected decode, wavenet or pixelcnn");
      }
    }
  }

  /** Greedy decoding of one stream from an empty cache; the first tokens are not timed. */
  private static void decode(Engine engine, boolean tiny, int tokens) {
    GptConfig config =
        tiny
            ? new GptConfig(11, 8, 2, 2, 32, 0.0, true, true)
            : new GptConfig(50_304, 1024, 12, 12, 768, 0.0, true, true);
    Gpt model = new Gpt(config);
    model.parameters().allocate(DType.FLOAT32, SEED);
    model.parameters().moveTo(engine);
    Tensor token = Tensor.zeros(DType.INT32, 1);
    int warm = Math.min(8, tokens / 2);
    try (Decoder decoder = model.decoder(engine, 1)) {
      System.out.println(decoder.getClass().getSimpleName());
      long begun = System.nanoTime();
      for (int t = 0; t < tokens; t++) {
        if (t == warm) {
          begun = System.nanoTime();
        }
        decoder.feed(token);
        token.set(0, largest(decoder.conditional().host()));
      }
      double seconds = (System.nanoTime() - begun) / 1e9;
      Results.print("decode.tokens_per_second", (tokens - warm) / seconds);
      Results.print("decode.weight_bytes", 4.0 * model.parameters().count());
    }
  }

  private static int largest(Tensor logits) {
    int best = 0;
    for (int i = 1; i < logits.size(); i++) {
      if (logits.get(i) > logits.get(best)) {
        best = i;
      }
    }
    return best;
  }

  private static void wavenet(Engine engine, boolean tiny, int streams, int samples) {
    WaveNetConfig.Stack stack =
        tiny ? new WaveNetConfig.Stack(1, 3, 2, 8, 8, 8) : WaveNetConfig.thirtyLayers();
    WaveNetConfig config = WaveNetConfig.muLaw(16_000, stack);
    WaveNet model = new WaveNet(config);
    model.parameters().allocate(DType.FLOAT32, SEED);
    model.parameters().moveTo(engine);
    int warm = Math.max(1, samples / 10);
    try (Decoder decoder =
        model.decoder(engine, WaveBatch.room(streams, Conditions.NONE, samples + warm))) {
      System.out.println(decoder.getClass().getSimpleName());
      WaveGenerator generator = new WaveGenerator(decoder, config, 1, SEED);
      generator.generate(new int[streams][warm]);
      long begun = System.nanoTime();
      generator.generate(new int[streams][samples]);
      double seconds = (System.nanoTime() - begun) / 1e9;
      Results.print("wavenet.samples_per_second_and_stream", samples / seconds);
    }
  }

  private static void pixelcnn(Engine engine, boolean tiny, int images) {
    ImageFormat format = tiny ? new ImageFormat(4, 4, 1, 2) : new ImageFormat(28, 28, 1, 2);
    ImageModel model = new GatedPixelCnn(GatedPixelCnnConfig.small(format, 0));
    model.parameters().allocate(DType.FLOAT32, SEED);
    model.parameters().moveTo(engine);
    ImageSampler sampler = new ImageSampler(model, 1, images);
    ImageSampler.Request request =
        ImageSampler.Request.whole(format, ImageModel.labels(new int[images]), SEED);
    long begun = System.nanoTime();
    sampler.draw(request, engine, values -> {}, () -> false);
    Results.print("pixelcnn.seconds", (System.nanoTime() - begun) / 1e9);
  }
}
