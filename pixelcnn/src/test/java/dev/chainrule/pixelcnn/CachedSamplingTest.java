package dev.chainrule.pixelcnn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.autograd.Variable;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.engine.Engines;
import dev.chainrule.core.model.Decoder;
import dev.chainrule.core.model.Lockstep;
import dev.chainrule.core.model.RecomputingDecoder;
import dev.chainrule.pixelcnn.gated.GatedPixelCnnConfig;
import dev.chainrule.pixelcnn.plain.PixelCnnConfig;
import dev.chainrule.pixelcnn.plusplus.PixelCnnPlusPlusConfig;
import dev.chainrule.pixelcnn.rnn.PixelRnnConfig;
import dev.chainrule.pixelcnn.rnn.PixelRnnConfig.Recurrence;
import dev.chainrule.pixelcnn.transformer.PixelTransformerConfig;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Images drawn with caches are those drawn without, bit for bit, in every model. */
class CachedSamplingTest {
  private static final ImageOutput SOFTMAX = ImageOutput.softmax();
  private static final ImageOutput LOGISTICS = ImageOutput.logistics(2);
  private static final ImageFormat BINARY = new ImageFormat(7, 6, 1, 2);
  private static final ImageFormat COLOUR = new ImageFormat(4, 5, 3, 8);

  static final List<ImageModelConfig> MODELS =
      List.of(
          new GatedPixelCnnConfig(BINARY, 4, 16, 7, 3, 16, SOFTMAX, 3, 0),
          new GatedPixelCnnConfig(COLOUR, 3, 24, 5, 5, 12, SOFTMAX, 0, 4),
          new PixelCnnPlusPlusConfig(new ImageFormat(7, 6, 3, 256), 3, 2, 6, LOGISTICS, 0, 0),
          new PixelCnnPlusPlusConfig(new ImageFormat(5, 7, 1, 16), 2, 1, 6, SOFTMAX, 0, 4),
          new PixelCnnConfig(COLOUR, 2, 9, 12, SOFTMAX),
          new PixelRnnConfig(BINARY, Recurrence.ROW_LSTM, 3, 8, 8, SOFTMAX, 2),
          new PixelRnnConfig(COLOUR, Recurrence.ROW_LSTM, 2, 9, 12, LOGISTICS, 0),
          new PixelRnnConfig(BINARY, Recurrence.DIAGONAL_BILSTM, 3, 8, 8, SOFTMAX, 2),
          new PixelRnnConfig(COLOUR, Recurrence.DIAGONAL_BILSTM, 2, 9, 12, SOFTMAX, 3),
          new PixelTransformerConfig(COLOUR, 2, 2, 12, 0, SOFTMAX, 3));

  /** With a third of each image given, other conditions for each, batches that differ. */
  @ParameterizedTest
  @FieldSource("MODELS")
  void cachedAndRecomputedSamplesAreEqual(ImageModelConfig config) {
    ImageModel model = allocated(config);
    ImageSampler.Request request = partlyGiven(model);
    List<ImageSampler.Sample> cached = draw(model, request, 2, 2);
    List<ImageSampler.Sample> naive = draw(new Recomputing(model), request, 1, 5);
    for (int n = 0; n < cached.size(); n++) {
      assertThat(cached.get(n).levels()).isEqualTo(naive.get(n).levels());
      assertThat(cached.get(n).logProb()).isCloseTo(naive.get(n).logProb(), within(1e-3));
    }
  }

  /** The values that are drawn are those that would be drawn if the others were not given. */
  @ParameterizedTest
  @FieldSource("MODELS")
  void aSampleIsCompletedToItself(ImageModelConfig config) {
    ImageModel model = allocated(config);
    Tensor conditions = partlyGiven(model).condition();
    ImageSampler.Request whole = ImageSampler.Request.whole(model.format(), conditions, 4);
    List<ImageSampler.Sample> drawn = draw(model, whole, 1, 5);
    int[][] given = new int[drawn.size()][];
    for (int n = 0; n < given.length; n++) {
      given[n] = drawn.get(n).levels().clone();
      Arrays.fill(given[n], given[n].length / 2, given[n].length, ImageSampler.UNKNOWN);
    }
    List<ImageSampler.Sample> completed =
        draw(model, new ImageSampler.Request(given, conditions, 4), 1, 3);
    for (int n = 0; n < given.length; n++) {
      assertThat(completed.get(n).levels()).isEqualTo(drawn.get(n).levels());
      assertThat(completed.get(n).drawn()).isEqualTo(given[n].length - given[n].length / 2);
    }
  }

  /** With random weights, larger than at the beginning. */
  private static ImageModel allocated(ImageModelConfig config) {
    ImageModel model = config.model();
    model.parameters().allocate(DType.FLOAT32, 3);
    Tensor values = model.parameters().values();
    CounterRandom rng = CounterRandom.of(5);
    for (long i = 0; i < values.size(); i++) {
      values.set(i, values.get(i) + 0.1 * rng.nextGaussian());
    }
    return model;
  }

  private static ImageSampler.Request partlyGiven(ImageModel model) {
    int images = 5;
    boolean ofVectors = model.vectorWidth() > 0;
    Tensor conditions =
        ofVectors
            ? Tensor.zeros(DType.FLOAT32, images, model.vectorWidth())
            : Tensor.zeros(DType.INT32, images);
    for (long i = 0; i < conditions.size(); i++) {
      conditions.set(i, ofVectors ? Math.sin(i) : i % Math.max(1, model.numClasses()));
    }
    int[][] given = ImageSampler.Request.whole(model.format(), conditions, 11).given();
    for (int n = 0; n < images; n++) {
      given[n] = given[n].clone();
      for (int t = n; t < given[n].length; t += 3) {
        given[n][t] = t % model.format().levels();
      }
    }
    return new ImageSampler.Request(given, conditions, 11);
  }

  private static List<ImageSampler.Sample> draw(
      ImageModel model, ImageSampler.Request request, int threads, int batch) {
    try (Engine engine = Engines.open("vector", threads)) {
      return new ImageSampler(model, 1, batch).draw(request, engine, n -> {}, () -> false);
    }
  }

  /** The model without its caches. */
  private record Recomputing(ImageModel model) implements ImageModel {
    @Override
    public ImageModelConfig config() {
      return model.config();
    }

    @Override
    public Lockstep steps(Engine engine, Parameters parameters, Tensor condition) {
      throw new AssertionError("a model without caches was asked for its steps");
    }

    @Override
    public Decoder decoder(Engine engine, ImageBatch streams) {
      return new RecomputingDecoder<>(this, engine, streams);
    }

    @Override
    public Parameters parameters() {
      return model.parameters();
    }

    @Override
    public Variable conditionals(Tape tape, ImageBatch batch) {
      return model.conditionals(tape, batch);
    }

    @Override
    public Variable nll(Tape tape, ImageBatch batch) {
      return model.nll(tape, batch);
    }
  }
}
