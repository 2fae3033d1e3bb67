package dev.chainrule.pixelcnn.transformer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.engine.Engines;
import dev.chainrule.core.model.Decoder;
import dev.chainrule.core.testkit.ModelContract;
import dev.chainrule.pixelcnn.ImageFormat;
import dev.chainrule.pixelcnn.ImageModel;
import dev.chainrule.pixelcnn.ImageOutput;
import dev.chainrule.pixelcnn.Images;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class PixelTransformerTest {
  private static final Engine VECTOR = Engines.open("vector", 1);

  private static final ImageFormat TINY = new ImageFormat(3, 3, 1, 2);
  private static final ImageFormat COLOUR = new ImageFormat(2, 3, 3, 4);

  @TestFactory
  Stream<DynamicTest> binaryImagesKeepTheContract() {
    return contract(TINY, 2, 0, 2);
  }

  @TestFactory
  Stream<DynamicTest> imagesOfClassesKeepTheContract() {
    return contract(TINY, 1, 3, 2);
  }

  @TestFactory
  Stream<DynamicTest> colourImagesKeepTheContract() {
    return contract(COLOUR, 1, 0, 0);
  }

  private static Stream<DynamicTest> contract(
      ImageFormat image, int layers, int classes, int alphabet) {
    PixelTransformerConfig config = config(image, layers, classes);
    PixelTransformer model = new PixelTransformer(config);
    int length = image.dimensions();
    return ModelContract.of(
            new ModelContract.Subject<>(
                () -> new PixelTransformer(config),
                (rng, sequences, ignored) -> Images.random(model, rng, sequences),
                length,
                alphabet,
                length))
        .tests();
  }

  private static PixelTransformerConfig config(ImageFormat image, int layers, int classes) {
    return new PixelTransformerConfig(image, layers, 2, 12, 0, ImageOutput.softmax(), classes);
  }

  @Test
  void theClassIsKnownFromTheFirstPixelOn() {
    PixelTransformer model = new PixelTransformer(config(TINY, 1, 3));
    model.parameters().allocate(DType.FLOAT32, 1);
    Decoder decoder = model.decoder(VECTOR, ImageModel.labels(new int[] {0, 2}));
    double[] first = decoder.conditional().toDoubles();
    assertThat(first[0]).isNotEqualTo(first[2]);
    assertThatThrownBy(() -> model.decoder(VECTOR, ImageModel.labels(new int[] {3})))
        .hasMessage("class 3, expected 0 to 2");
  }
}
