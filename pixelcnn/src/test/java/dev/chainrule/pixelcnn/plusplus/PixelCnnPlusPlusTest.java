package dev.chainrule.pixelcnn.plusplus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.kernel.vector.VectorKernels;
import dev.chainrule.core.model.Decoder;
import dev.chainrule.core.parallel.Workers;
import dev.chainrule.core.random.CounterRandom;
import dev.chainrule.core.testkit.ModelContract;
import dev.chainrule.pixelcnn.ImageBatch;
import dev.chainrule.pixelcnn.ImageFormat;
import dev.chainrule.pixelcnn.ImageModel;
import dev.chainrule.pixelcnn.ImageOutput;
import dev.chainrule.pixelcnn.ImageSampler;
import dev.chainrule.pixelcnn.Images;
import dev.chainrule.pixelcnn.RecomputingDecoder;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class PixelCnnPlusPlusTest {
  private static final ImageOutput LOGISTICS = ImageOutput.logistics(2);

  private static PixelCnnPlusPlusConfig config(
      ImageFormat image, int resolutions, int blocks, ImageOutput output, int classes) {
    return new PixelCnnPlusPlusConfig(image, resolutions, blocks, 6, output, 0.2, classes);
  }

  @TestFactory
  Stream<DynamicTest> colourImagesKeepTheContract() {
    return contract(config(new ImageFormat(1, 2, 3, 3), 1, 1, LOGISTICS, 0), 3);
  }

  /** Sizes that no resolution divides; no earlier value is out of reach. */
  @TestFactory
  Stream<DynamicTest> threeResolutionsKeepTheContract() {
    return contract(config(new ImageFormat(3, 5, 3, 5), 3, 1, LOGISTICS, 0), 0);
  }

  @TestFactory
  Stream<DynamicTest> greyImagesOfClassesKeepTheContract() {
    return contract(config(new ImageFormat(3, 3, 1, 2), 2, 1, LOGISTICS, 3), 2);
  }

  @TestFactory
  Stream<DynamicTest> softmaxImagesKeepTheContract() {
    return contract(config(new ImageFormat(5, 4, 1, 4), 2, 2, ImageOutput.softmax(), 0), 0);
  }

  private static Stream<DynamicTest> contract(PixelCnnPlusPlusConfig config, int alphabet) {
    int length = config.image().dimensions();
    ImageModel model = config.model();
    return ModelContract.of(
            new ModelContract.Subject<>(
                config::model,
                (rng, sequences, ignored) -> Images.random(model, rng, sequences),
                length,
                alphabet,
                length))
        .tests();
  }

  /** Half of each image given, and classes, on two threads: bit for bit the recomputed image. */
  @Test
  void cachedAndRecomputedSamplesAreEqual() {
    for (PixelCnnPlusPlusConfig config :
        List.of(
            config(new ImageFormat(9, 10, 3, 256), 3, 2, LOGISTICS, 0),
            config(new ImageFormat(8, 7, 1, 16), 2, 1, ImageOutput.softmax(), 4))) {
      PixelCnnPlusPlus model = allocated(config);
      int[] labels = {0, 1, 2, 3, 0};
      ImageSampler.Request request =
          ImageSampler.Request.whole(config.image(), ImageModel.labels(labels), 11);
      try (Workers workers = new Workers(1)) {
        var cached = new ImageSampler(model, 1, 3).draw(request, workers, n -> {}, () -> false);
        var naive =
            new ImageSampler(new Recomputing(model), 1, 5)
                .draw(request, workers, n -> {}, () -> false);
        for (int n = 0; n < labels.length; n++) {
          assertThat(cached.get(n).levels()).isEqualTo(naive.get(n).levels());
        }
      }
    }
  }

  @Test
  void theFirstBatchSetsEveryUnitsMeanAndDeviation() {
    PixelCnnPlusPlusConfig config = config(new ImageFormat(8, 8, 3, 256), 2, 1, LOGISTICS, 0);
    PixelCnnPlusPlus model = new PixelCnnPlusPlus(config);
    model.parameters().allocate(DType.FLOAT32, 2);
    ImageBatch batch = Images.random(model, CounterRandom.of(6), 8);
    model.initialise(new VectorKernels(), batch);
    Tape tape = Tape.evaluation(new VectorKernels(), model.parameters());
    tape.begin();
    Tensor raw = model.network(tape, batch).value();
    for (int o = 0; o < raw.dim(-1); o++) {
      double sum = 0;
      double squares = 0;
      for (int n = 0; n < raw.rows(); n++) {
        double value = raw.get((long) n * raw.dim(-1) + o);
        sum += value / raw.rows();
        squares += value * value / raw.rows();
      }
      assertThat(sum).isCloseTo(0, within(1e-3));
      assertThat(squares).isCloseTo(1, within(1e-3));
    }
  }

  @Test
  void colourNeedsLogistics() {
    assertThatThrownBy(() -> config(new ImageFormat(4, 4, 3, 256), 1, 1, ImageOutput.softmax(), 0))
        .hasMessageStartingWith("output softmax of images of 3 channels, expected logistics");
  }

  private static PixelCnnPlusPlus allocated(PixelCnnPlusPlusConfig config) {
    PixelCnnPlusPlus model = new PixelCnnPlusPlus(config);
    model.parameters().allocate(DType.FLOAT32, 3);
    model.initialise(new VectorKernels(), Images.random(model, CounterRandom.of(6), 4));
    return model;
  }

  /** The model without its caches. */
  private record Recomputing(PixelCnnPlusPlus model) implements ImageModel {
    @Override
    public ImageFormat format() {
      return model.format();
    }

    @Override
    public ImageOutput output() {
      return model.output();
    }

    @Override
    public int numClasses() {
      return model.numClasses();
    }

    @Override
    public Decoder decoder(Tensor condition) {
      return new RecomputingDecoder(model, new VectorKernels(), condition);
    }

    @Override
    public dev.chainrule.core.autograd.Parameters parameters() {
      return model.parameters();
    }

    @Override
    public dev.chainrule.core.autograd.Variable conditionals(Tape tape, ImageBatch batch) {
      return model.conditionals(tape, batch);
    }

    @Override
    public dev.chainrule.core.autograd.Variable nll(Tape tape, ImageBatch batch) {
      return model.nll(tape, batch);
    }
  }
}
