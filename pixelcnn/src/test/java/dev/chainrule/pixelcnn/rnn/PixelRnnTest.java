package dev.chainrule.pixelcnn.rnn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.engine.Engines;
import dev.chainrule.core.model.Decoder;
import dev.chainrule.core.sampling.CategoricalSampler;
import dev.chainrule.core.sampling.Generation;
import dev.chainrule.core.sampling.GenerationConfig;
import dev.chainrule.core.sampling.Generator;
import dev.chainrule.core.testkit.ModelContract;
import dev.chainrule.pixelcnn.ImageFormat;
import dev.chainrule.pixelcnn.ImageModel;
import dev.chainrule.pixelcnn.ImageOutput;
import dev.chainrule.pixelcnn.Images;
import dev.chainrule.pixelcnn.rnn.PixelRnnConfig.Recurrence;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PixelRnnTest {
  private static final Engine VECTOR = Engines.open("vector", 1);

  private static final BiPredicate<Integer, Integer> EVERYTHING = (s, t) -> true;
  private static final ImageFormat TINY = new ImageFormat(3, 3, 1, 2);
  private static final ImageFormat COLOUR = new ImageFormat(3, 4, 3, 3);

  @TestFactory
  Stream<DynamicTest> rowLstmKeepsTheContract() {
    return contract(TINY, Recurrence.ROW_LSTM, 2, 3, 2, EVERYTHING);
  }

  @TestFactory
  Stream<DynamicTest> colouredRowLstmKeepsTheContract() {
    return contract(COLOUR, Recurrence.ROW_LSTM, 1, 0, 0, EVERYTHING);
  }

  /** To each side a pixel sees three, by the first layer, and one for each row further up. */
  @TestFactory
  Stream<DynamicTest> rowLstmSeesAWideningTriangle() {
    int width = 11;
    ImageFormat wide = new ImageFormat(3, width, 1, 2);
    return contract(
        wide,
        Recurrence.ROW_LSTM,
        2,
        0,
        0,
        (s, t) -> {
          int up = t / width - s / width;
          int right = s % width - t % width;
          return up == 0 ? right >= -5 : right <= 2 + up && right >= -5 - up;
        });
  }

  @TestFactory
  Stream<DynamicTest> diagonalBiLstmKeepsTheContract() {
    return contract(TINY, Recurrence.DIAGONAL_BILSTM, 2, 3, 2, EVERYTHING);
  }

  /**
   * Every earlier pixel is seen in one layer, however wide the image, but for the last of the row
   * above from further than the first layer reaches: the state that goes along that row has nothing
   * after that pixel to read it from.
   */
  @TestFactory
  Stream<DynamicTest> diagonalBiLstmSeesTheWholePast() {
    int width = 9;
    ImageFormat wide = new ImageFormat(3, width, 1, 2);
    return contract(
        wide,
        Recurrence.DIAGONAL_BILSTM,
        1,
        0,
        0,
        (s, t) -> s % width < width - 1 || t / width != s / width + 1 || t % width >= width - 4);
  }

  @TestFactory
  Stream<DynamicTest> colouredDiagonalBiLstmKeepsTheContract() {
    return contract(COLOUR, Recurrence.DIAGONAL_BILSTM, 1, 0, 0, EVERYTHING);
  }

  private static Stream<DynamicTest> contract(
      ImageFormat image,
      Recurrence recurrence,
      int layers,
      int classes,
      int alphabet,
      BiPredicate<Integer, Integer> reaches) {
    int units = image.channels() == 1 ? 6 : 12;
    PixelRnnConfig config =
        new PixelRnnConfig(
            image, recurrence, layers, units, 2 * units, ImageOutput.softmax(), classes);
    PixelRnn model = new PixelRnn(config);
    int length = image.dimensions();
    return ModelContract.of(
            new ModelContract.Subject<>(
                () -> new PixelRnn(config),
                (rng, sequences, ignored) -> Images.random(model, rng, sequences),
                length,
                alphabet,
                length,
                reaches))
        .tests();
  }

  @ParameterizedTest
  @EnumSource(Recurrence.class)
  void aDecoderBeginsAnewAfterAReset(Recurrence recurrence) {
    ImageFormat image = new ImageFormat(4, 5, 1, 2);
    PixelRnn model =
        new PixelRnn(new PixelRnnConfig(image, recurrence, 2, 8, 8, ImageOutput.softmax(), 2));
    model.parameters().allocate(DType.FLOAT32, 3);
    Decoder decoder = model.decoder(VECTOR, ImageModel.labels(new int[] {0, 1, 1}));
    List<int[]> first = samples(decoder, image);
    decoder.reset();
    assertThat(samples(decoder, image)).containsExactlyElementsOf(first);
  }

  private static List<int[]> samples(Decoder decoder, ImageFormat image) {
    CategoricalSampler sampler = new CategoricalSampler(image.levels(), List.of());
    Generation generation =
        new Generator(decoder, sampler).generate(GenerationConfig.of(image.dimensions(), 7));
    return generation.sequences().stream().map(s -> s.elements().toInts()).toList();
  }
}
