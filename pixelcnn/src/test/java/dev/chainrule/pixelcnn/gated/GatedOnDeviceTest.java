package dev.chainrule.pixelcnn.gated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.engine.Engines;
import dev.chainrule.core.engine.Nd4jEngine;
import dev.chainrule.core.kernel.cuda.CudaUnderTest;
import dev.chainrule.core.model.Decoder;
import dev.chainrule.core.model.LockstepDecoder;
import dev.chainrule.core.model.RecomputingDecoder;
import dev.chainrule.core.testkit.FarEngine;
import dev.chainrule.pixelcnn.ImageBatch;
import dev.chainrule.pixelcnn.ImageFormat;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rows kept in a device's memory give what recomputing gives. */
class GatedOnDeviceTest {
  private static final int STREAMS = 3;

  static Stream<GatedPixelCnnConfig> configs() {
    return Stream.of(
        new GatedPixelCnnConfig(new ImageFormat(4, 5, 1, 4), 3, 7, 5, 3, 9, 3),
        new GatedPixelCnnConfig(new ImageFormat(3, 3, 3, 3), 2, 12, 3, 3, 12, 0));
  }

  private final CounterRandom rng = CounterRandom.of(9);

  private static GatedPixelCnn model(GatedPixelCnnConfig config) {
    GatedPixelCnn model = new GatedPixelCnn(config);
    model.parameters().allocate(DType.FLOAT32, 4);
    Tensor values = model.parameters().values();
    CounterRandom noise = CounterRandom.of(8);
    for (long i = 0; i < values.size(); i++) {
      values.set(i, values.get(i) + 0.2 * noise.nextGaussian());
    }
    return model;
  }

  private static ImageBatch room(GatedPixelCnnConfig config) {
    Tensor classes = Tensor.of(new int[] {2, 0, 1}, STREAMS);
    Tensor levels = Tensor.zeros(DType.INT32, STREAMS, config.image().dimensions());
    return new ImageBatch(levels, config.numClasses() == 0 ? null : classes);
  }

  private Tensor levels(GatedPixelCnnConfig config) {
    Tensor levels = Tensor.zeros(DType.INT32, STREAMS);
    for (int s = 0; s < STREAMS; s++) {
      levels.set(s, rng.nextInt(config.image().levels()));
    }
    return levels;
  }

  private void decodes(GatedPixelCnnConfig config, Engine engine) {
    GatedPixelCnn model = model(config);
    int values = config.image().dimensions();
    try (Engine cpu = Engines.open("reference", 1);
        Decoder cached = model.decoder(engine, room(config));
        Decoder plain = new RecomputingDecoder<>(model, cpu, room(config))) {
      assertThat(cached).isInstanceOf(LockstepDecoder.class);
      for (int image = 0; image < 2; image++) {
        for (int t = 0; t < values; t++) {
          double[] a = cached.conditional().toDoubles();
          double[] e = plain.conditional().toDoubles();
          for (int i = 0; i < e.length; i++) {
            assertThat(a[i])
                .as("image %d, value %d, parameter %d", image, t, i)
                .isCloseTo(e[i], within(1e-5));
          }
          Tensor next = levels(config);
          cached.feed(next);
          plain.feed(next);
        }
        cached.reset();
        plain.reset();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("configs")
  void onTheStandInForAGpu(GatedPixelCnnConfig config) {
    try (Engine engine = CudaUnderTest.engineOnStandIn()) {
      decodes(config, engine);
    }
  }

  @ParameterizedTest
  @MethodSource("configs")
  void inNd4jsOwnMemory(GatedPixelCnnConfig config) {
    try (Engine engine = new Nd4jEngine()) {
      decodes(config, engine);
    }
  }

  @ParameterizedTest
  @MethodSource("configs")
  void transfersOfAValueDoNotGrow(GatedPixelCnnConfig config) {
    FarEngine far = new FarEngine();
    decodes(config, far);
    try (Decoder cached = model(config).decoder(far, room(config))) {
      for (int t = 0; t < config.image().dimensions() - 1; t++) {
        far.resetCounts();
        cached.feed(levels(config));
        int parameters = cached.conditional().dim(1);
        assertThat(far.uploads()).isEqualTo(1);
        assertThat(far.uploadedElements()).isEqualTo(STREAMS);
        assertThat(far.downloads()).isEqualTo(1);
        assertThat(far.downloadedElements()).isEqualTo((long) STREAMS * parameters);
      }
    }
  }
}
