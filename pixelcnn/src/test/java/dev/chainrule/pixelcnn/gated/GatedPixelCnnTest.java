package dev.chainrule.pixelcnn.gated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Parameter;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.engine.Engines;
import dev.chainrule.core.model.Decoder;
import dev.chainrule.core.sampling.CategoricalSampler;
import dev.chainrule.core.sampling.Generation;
import dev.chainrule.core.sampling.GenerationConfig;
import dev.chainrule.core.sampling.Generator;
import dev.chainrule.core.testkit.ModelContract;
import dev.chainrule.pixelcnn.ImageBatch;
import dev.chainrule.pixelcnn.ImageFormat;
import dev.chainrule.pixelcnn.ImageModel;
import dev.chainrule.pixelcnn.ImageOutput;
import dev.chainrule.pixelcnn.Images;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class GatedPixelCnnTest {
  private static final Engine VECTOR = Engines.open("vector", 1);

  private static final ImageFormat TINY = new ImageFormat(3, 3, 1, 2);
  private static final ImageFormat WIDE = new ImageFormat(5, 6, 1, 4);
  private static final ImageFormat COLOUR = new ImageFormat(3, 4, 3, 3);

  @TestFactory
  Stream<DynamicTest> binaryImagesKeepTheContract() {
    return contract(new GatedPixelCnnConfig(TINY, 2, 8, 3, 3, 8, 0), 2);
  }

  /** Every earlier pixel is seen, those to the upper right too: there is no blind spot. */
  @TestFactory
  Stream<DynamicTest> greyImagesKeepTheContract() {
    return contract(new GatedPixelCnnConfig(WIDE, 5, 7, 3, 3, 9, 0), 0);
  }

  @TestFactory
  Stream<DynamicTest> colourImagesKeepTheContract() {
    return contract(new GatedPixelCnnConfig(COLOUR, 3, 24, 5, 3, 24, 0), 0);
  }

  @TestFactory
  Stream<DynamicTest> mixturesOfLogisticsKeepTheContract() {
    ImageFormat pair = new ImageFormat(1, 2, 3, 3);
    return contract(
        new GatedPixelCnnConfig(pair, 2, 9, 3, 3, 9, ImageOutput.logistics(2), 0, 0), 3);
  }

  @TestFactory
  Stream<DynamicTest> imagesOfClassesKeepTheContract() {
    return contract(new GatedPixelCnnConfig(TINY, 2, 7, 3, 3, 9, 3), 2);
  }

  @TestFactory
  Stream<DynamicTest> imagesOfVectorsKeepTheContract() {
    return contract(new GatedPixelCnnConfig(TINY, 2, 7, 3, 3, 9, ImageOutput.softmax(), 0, 4), 2);
  }

  private static Stream<DynamicTest> contract(GatedPixelCnnConfig config, int alphabet) {
    int length = config.image().dimensions();
    ImageModel model = new GatedPixelCnn(config);
    return ModelContract.of(
            new ModelContract.Subject<>(
                () -> new GatedPixelCnn(config),
                (rng, sequences, ignored) -> Images.random(model, rng, sequences),
                length,
                alphabet,
                length))
        .tests();
  }

  @Test
  void theClassMatters() {
    GatedPixelCnn model = allocated(new GatedPixelCnnConfig(WIDE, 3, 8, 5, 3, 8, 3));
    ImageBatch zeros = Images.random(model, CounterRandom.of(1), 1);
    ImageBatch twos = new ImageBatch(zeros.elements(), ImageModel.labels(2));
    double[] a = conditionals(model, zeros);
    double[] b = conditionals(model, twos);
    assertThat(a[0]).isNotEqualTo(b[0]);
    Decoder decoder = model.decoder(VECTOR, ImageModel.labels(new int[] {2}));
    for (int t = 0; t < zeros.length(); t++) {
      for (int v = 0; v < 4; v++) {
        assertThat(decoder.conditional().get(v)).isEqualTo(b[4 * t + v], within(1e-4));
      }
      decoder.feed(zeros.elements().range(t, 1));
    }
    assertThatThrownBy(() -> model.decoder(VECTOR, ImageModel.labels(new int[] {3})))
        .hasMessage("class 3, expected 0 to 2");
  }

  /** A class is the vector that is one at its place, and both decoders draw the same of it. */
  @Test
  void aVectorStandsForWhatItIsMadeOf() {
    GatedPixelCnn model =
        allocated(new GatedPixelCnnConfig(WIDE, 3, 8, 5, 3, 8, ImageOutput.softmax(), 0, 3));
    GatedPixelCnn ofClasses = allocated(new GatedPixelCnnConfig(WIDE, 3, 8, 5, 3, 8, 3));
    copyWithConditionsTransposed(ofClasses, model);
    Tensor unit = Tensor.zeros(DType.FLOAT32, 1, 3);
    unit.set(2, 1);
    Tensor elements = Images.random(model, CounterRandom.of(1), 1).elements();
    double[] byVector = conditionals(model, new ImageBatch(elements, unit));
    double[] byClass = conditionals(ofClasses, new ImageBatch(elements, ImageModel.labels(2)));
    assertThat(byVector).containsExactly(byClass, within(1e-5));
    Decoder decoder = model.decoder(VECTOR, unit);
    for (int t = 0; t < elements.dim(1); t++) {
      for (int v = 0; v < 4; v++) {
        assertThat(decoder.conditional().get(v)).isEqualTo(byVector[4 * t + v], within(1e-4));
      }
      decoder.feed(elements.range(t, 1));
    }
    assertThatThrownBy(() -> model.decoder(VECTOR, ImageModel.labels(new int[] {2})))
        .hasMessageEndingWith("expected a vector of 3 values each");
  }

  private static void copyWithConditionsTransposed(GatedPixelCnn from, GatedPixelCnn to) {
    for (Parameter source : from.parameters().all()) {
      boolean condition = source.name().contains("_class");
      String name = source.name().replace("_class", "_vector");
      Parameter target =
          to.parameters().all().stream().filter(p -> p.name().equals(name)).findFirst().get();
      Tensor values = from.parameters().value(source);
      Tensor copy = to.parameters().value(target);
      int columns = condition ? values.dim(1) : 1;
      long rows = values.size() / columns;
      for (long i = 0; i < values.size(); i++) {
        copy.set(i % columns * rows + i / columns, values.get(i));
      }
    }
  }

  @Test
  void aStreamComesOutTheSameBesideOthers() {
    GatedPixelCnnConfig config =
        new GatedPixelCnnConfig(new ImageFormat(8, 8, 1, 2), 3, 16, 5, 3, 16, 0);
    GatedPixelCnn model = allocated(config);
    List<int[]> six = samples(config, model.decoder(VECTOR, ImageModel.labels(new int[6])));
    assertThat(samples(config, model.decoder(VECTOR, ImageModel.labels(new int[1]))).getFirst())
        .isEqualTo(six.getFirst());
  }

  private static List<int[]> samples(GatedPixelCnnConfig config, Decoder decoder) {
    CategoricalSampler sampler = new CategoricalSampler(config.image().levels(), List.of());
    Generation generation =
        new Generator(decoder, sampler)
            .generate(GenerationConfig.of(config.image().dimensions(), 7));
    return generation.sequences().stream().map(s -> s.elements().toInts()).toList();
  }

  private static double[] conditionals(GatedPixelCnn model, ImageBatch batch) {
    Tape tape = Tape.evaluation(Engines.open("vector", 1), model.parameters());
    tape.begin();
    return model.conditionals(tape, batch).value().toDoubles();
  }

  private static GatedPixelCnn allocated(GatedPixelCnnConfig config) {
    GatedPixelCnn model = new GatedPixelCnn(config);
    model.parameters().allocate(DType.FLOAT32, 3);
    Tensor values = model.parameters().values();
    CounterRandom rng = CounterRandom.of(5);
    for (long i = 0; i < values.size(); i++) {
      values.set(i, values.get(i) + 0.1 * rng.nextGaussian());
    }
    return model;
  }
}
