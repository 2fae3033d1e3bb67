package dev.chainrule.pixelcnn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.engine.Engines;
import dev.chainrule.core.model.Decoder;
import dev.chainrule.core.model.RecomputingDecoder;
import dev.chainrule.pixelcnn.gated.GatedPixelCnnConfig;
import dev.chainrule.pixelcnn.plain.PixelCnnConfig;
import dev.chainrule.pixelcnn.plusplus.PixelCnnPlusPlusConfig;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The decoders with caches are written once, and run on every engine of the processor. */
class EnginesAgreeTest {
  private static final ImageFormat IMAGE = new ImageFormat(5, 4, 1, 3);

  @ParameterizedTest
  @ValueSource(strings = {"vector", "nd4j", "reference"})
  void cachedDecodersAgreeWithRecomputingOnes(String name) {
    for (ImageModelConfig config :
        List.of(
            new GatedPixelCnnConfig(IMAGE, 3, 4, 5, 3, 6, ImageOutput.softmax(), 2, 0),
            new PixelCnnConfig(IMAGE, 2, 4, 4, ImageOutput.softmax()),
            new PixelCnnPlusPlusConfig(IMAGE, 2, 1, 4, ImageOutput.softmax(), 0, 2))) {
      ImageModel model = config.model();
      model.parameters().allocate(DType.FLOAT32, 3);
      try (Engine engine = Engines.open(name, 1)) {
        ImageBatch streams =
            new ImageBatch(
                Tensor.zeros(DType.INT32, 2, IMAGE.dimensions()), ImageModel.labels(0, 1));
        Decoder cached = model.decoder(engine, streams);
        assertThat(cached).as("%s on %s", config, name).isNotInstanceOf(RecomputingDecoder.class);
        Decoder recomputed = new RecomputingDecoder<>(model, engine, streams);
        for (int t = 0; t < IMAGE.dimensions(); t++) {
          float[] expected = recomputed.conditional().toFloats();
          float[] found = cached.conditional().toFloats();
          for (int i = 0; i < expected.length; i++) {
            assertThat(found[i])
                .as("%s, value %d", config, t)
                .isCloseTo(expected[i], within(1e-4f));
          }
          Tensor next = Tensor.of(new int[] {t % 3, (t + 1) % 3}, 2);
          cached.feed(next);
          recomputed.feed(next);
        }
      }
    }
  }
}
