package dev.chainrule.pixelcnn;

import dev.chainrule.core.testkit.ConfigFuzz;
import dev.chainrule.pixelcnn.gated.GatedPixelCnnConfig;
import dev.chainrule.pixelcnn.plain.PixelCnnConfig;
import dev.chainrule.pixelcnn.plusplus.PixelCnnPlusPlusConfig;
import dev.chainrule.pixelcnn.rnn.PixelRnnConfig;
import dev.chainrule.pixelcnn.transformer.PixelTransformerConfig;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ImageConfigFuzzTest {
  private static final ImageFormat IMAGE = new ImageFormat(6, 5, 1, 4);
  private static final ImageOutput OUTPUT = ImageOutput.softmax();

  static Stream<ImageModelConfig> configurations() {
    return List.<ImageModelConfig>of(
        new PixelCnnConfig(IMAGE, 2, 4, 6, OUTPUT),
        new GatedPixelCnnConfig(IMAGE, 2, 4, 5, 3, 6, 3),
        new PixelCnnPlusPlusConfig(IMAGE, 2, 1, 4, OUTPUT, 0.1, 3),
        new PixelRnnConfig(IMAGE, PixelRnnConfig.Recurrence.ROW_LSTM, 2, 4, 6, OUTPUT, 3),
        new PixelRnnConfig(IMAGE, PixelRnnConfig.Recurrence.DIAGONAL_BILSTM, 1, 4, 6, OUTPUT, 0),
        new PixelTransformerConfig(IMAGE, 2, 2, 8, 0.1, OUTPUT, 3))
        .stream();
  }

  @ParameterizedTest
  @MethodSource
  void configurations(ImageModelConfig config) {
    String name = config.getClass().getSimpleName() + "-" + config.numClasses();
    ConfigFuzz.run(name, config, config.getClass(), ImageModelConfig::model);
  }
}
