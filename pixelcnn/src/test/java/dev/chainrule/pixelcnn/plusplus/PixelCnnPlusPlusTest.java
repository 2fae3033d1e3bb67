package dev.chainrule.pixelcnn.plusplus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Parameter;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.engine.Engines;
import dev.chainrule.core.testkit.ModelContract;
import dev.chainrule.pixelcnn.ImageBatch;
import dev.chainrule.pixelcnn.ImageFormat;
import dev.chainrule.pixelcnn.ImageModel;
import dev.chainrule.pixelcnn.ImageOutput;
import dev.chainrule.pixelcnn.Images;
import java.util.Arrays;
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
    return contract(config(new ImageFormat(3, 3, 3, 5), 3, 1, LOGISTICS, 0), 0);
  }

  @TestFactory
  Stream<DynamicTest> greyImagesOfClassesKeepTheContract() {
    return contract(config(new ImageFormat(3, 3, 1, 2), 2, 1, LOGISTICS, 3), 2);
  }

  @TestFactory
  Stream<DynamicTest> softmaxImagesKeepTheContract() {
    return contract(config(new ImageFormat(3, 4, 1, 4), 2, 2, ImageOutput.softmax(), 0), 0);
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

  @Test
  void theFirstBatchSetsEveryUnitsMeanAndDeviation() {
    PixelCnnPlusPlus model = allocated(0);
    ImageBatch batch = Images.random(model, CounterRandom.of(6), 8);
    model.initialise(Engines.open("vector", 1), batch);
    Tape tape = Tape.evaluation(Engines.open("vector", 1), model.parameters());
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

  /** Those of transposed convolutions too; blocks begin near the identity. */
  @Test
  void theFirstBatchSetsAllGainsAndBiases() {
    PixelCnnPlusPlus model = allocated(0);
    model.initialise(Engines.open("vector", 1), Images.random(model, CounterRandom.of(6), 8));
    for (Parameter parameter : model.parameters().all()) {
      double[] values = model.parameters().value(parameter).toDoubles();
      if (parameter.name().endsWith(".gain")) {
        assertThat(values).as(parameter.name()).doesNotContain(1);
      } else if (parameter.name().endsWith(".bias")) {
        assertThat(values).as(parameter.name()).doesNotContain(0);
      }
    }
    double ofFirst = meanGain(model, "first");
    assertThat(meanGain(model, "second")).isBetween(0.02 * ofFirst, 0.3 * ofFirst);
  }

  /** On maps of one pixel nothing is above or to the left: what does not vary is not blown up. */
  @Test
  void moreResolutionsThanTheImageHasRowsLeaveGainsFinite() {
    PixelCnnPlusPlus model =
        new PixelCnnPlusPlus(config(new ImageFormat(4, 4, 1, 2), 5, 1, LOGISTICS, 0));
    model.parameters().allocate(DType.FLOAT32, 2);
    model.initialise(Engines.open("vector", 1), Images.random(model, CounterRandom.of(6), 2));
    for (Parameter parameter : model.parameters().all()) {
      if (parameter.name().endsWith(".gain")) {
        for (double gain : model.parameters().value(parameter).toDoubles()) {
          assertThat(gain).as(parameter.name()).isBetween(0.0, 1e3);
        }
      }
    }
  }

  private static double meanGain(PixelCnnPlusPlus model, String convolution) {
    return model.parameters().all().stream()
        .filter(parameter -> parameter.name().endsWith("." + convolution + ".gain"))
        .flatMapToDouble(p -> Arrays.stream(model.parameters().value(p).toDoubles()))
        .average()
        .orElseThrow();
  }

  @Test
  void dropoutActsInTrainingAlone() {
    for (double dropout : new double[] {0, 0.5}) {
      PixelCnnPlusPlus model = allocated(dropout);
      ImageBatch batch = Images.random(model, CounterRandom.of(6), 2);
      Tape training = Tape.training(Engines.open("vector", 1), model.parameters());
      training.begin(1);
      double[] dropped = model.network(training, batch).value().toDoubles();
      Tape evaluation = Tape.evaluation(Engines.open("vector", 1), model.parameters());
      evaluation.begin();
      double[] whole = model.network(evaluation, batch).value().toDoubles();
      assertThat(Arrays.equals(dropped, whole)).isEqualTo(dropout == 0);
    }
  }

  private static PixelCnnPlusPlus allocated(double dropout) {
    PixelCnnPlusPlus model =
        new PixelCnnPlusPlus(
            new PixelCnnPlusPlusConfig(
                new ImageFormat(8, 8, 3, 256), 2, 1, 6, LOGISTICS, dropout, 0));
    model.parameters().allocate(DType.FLOAT32, 2);
    return model;
  }

  @Test
  void colourNeedsLogistics() {
    assertThatThrownBy(() -> config(new ImageFormat(4, 4, 3, 256), 1, 1, ImageOutput.softmax(), 0))
        .hasMessageStartingWith("output softmax of images of 3 channels, expected logistics");
  }
}
