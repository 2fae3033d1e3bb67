package dev.chainrule.wavenet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.engine.Engines;
import dev.chainrule.core.engine.Nd4jEngine;
import dev.chainrule.core.kernel.WeightFormat;
import dev.chainrule.core.kernel.cuda.CudaUnderTest;
import dev.chainrule.core.model.Decoder;
import dev.chainrule.core.model.RecomputingDecoder;
import dev.chainrule.core.testkit.FarEngine;
import dev.chainrule.wavenet.WaveNetConfig.Head;
import dev.chainrule.wavenet.WaveNetConfig.Label;
import dev.chainrule.wavenet.WaveNetConfig.Local;
import dev.chainrule.wavenet.WaveNetConfig.Signal;
import dev.chainrule.wavenet.WaveNetConfig.Stack;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Queues in a device's memory give what recomputing gives. */
class DeviceDecoderTest {
  private static final int LENGTH = 30;
  private static final int STREAMS = 3;

  private static final WaveNetConfig CONDITIONED =
      new WaveNetConfig(
          8000,
          new Signal(Quantization.MU_LAW, 8, true),
          Head.softmax(),
          new Stack(2, 2, 3, 6, 5, 7),
          List.of(new Label("digit", List.of("0", "1", "2"))),
          new Local(3, 5, List.of(5)));

  private static final WaveNetConfig SCALAR =
      new WaveNetConfig(
          8000,
          new Signal(Quantization.LINEAR, 256, false),
          Head.logistics(2),
          new Stack(2, 3, 2, 5, 4, 6),
          List.of(),
          null);

  static Stream<WaveNetConfig> configs() {
    return Stream.of(CONDITIONED, SCALAR);
  }

  private final CounterRandom rng = CounterRandom.of(9);

  private static WaveNet model(WaveNetConfig config) {
    WaveNet model = new WaveNet(config);
    model.parameters().allocate(DType.FLOAT32, 4);
    Tensor values = model.parameters().values();
    CounterRandom noise = CounterRandom.of(8);
    for (long i = 0; i < values.size(); i++) {
      values.set(i, values.get(i) + 0.3 * noise.nextGaussian());
    }
    return model;
  }

  private WaveBatch room(WaveNetConfig config) {
    if (config.local() == null) {
      return WaveBatch.room(STREAMS, Conditions.NONE, LENGTH);
    }
    Tensor labels = Tensor.zeros(DType.INT32, STREAMS, 1);
    Tensor frames = Tensor.zeros(DType.FLOAT32, STREAMS, LENGTH / 5, 3);
    for (int s = 0; s < STREAMS; s++) {
      labels.set(s, s);
    }
    for (long i = 0; i < frames.size(); i++) {
      frames.set(i, rng.nextGaussian());
    }
    return WaveBatch.room(STREAMS, new Conditions(labels, frames), LENGTH);
  }

  private Tensor samples(WaveNetConfig config) {
    Tensor codes = Tensor.zeros(DType.INT32, STREAMS);
    for (int s = 0; s < STREAMS; s++) {
      codes.set(s, rng.nextInt(config.signal().levels()));
    }
    return codes;
  }

  private void decodes(WaveNetConfig config, Engine engine) {
    WaveNet model = model(config);
    WaveBatch room = room(config);
    try (Engine cpu = Engines.open("reference", 1);
        Decoder cached = model.decoder(engine, room);
        Decoder plain = new RecomputingDecoder<>(model, cpu, room)) {
      assertThat(cached).isInstanceOf(DeviceDecoder.class);
      for (int t = 0; t < LENGTH - 1; t++) {
        if (t == 12) {
          cached.fork(2, 2);
          if (config.local() == null) {
            cached.fork(2, 0);
            plain.fork(2, 0);
          }
        }
        if (t == 14) {
          cached.reset(1);
          plain.reset(1);
        }
        double[] a = cached.conditional().toDoubles();
        double[] e = plain.conditional().toDoubles();
        for (int i = 0; i < e.length; i++) {
          assertThat(a[i]).as("sample %d, parameter %d", t, i).isCloseTo(e[i], within(1e-5));
        }
        Tensor next = samples(config);
        cached.feed(next);
        plain.feed(next);
      }
      cached.reset();
      assertThat(cached.position(2)).isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("configs")
  void onTheStandInForAGpu(WaveNetConfig config) {
    try (Engine engine = CudaUnderTest.engineOnStandIn()) {
      decodes(config, engine);
    }
  }

  @ParameterizedTest
  @MethodSource("configs")
  void inNd4jsOwnMemory(WaveNetConfig config) {
    try (Engine engine = new Nd4jEngine()) {
      decodes(config, engine);
    }
  }

  @ParameterizedTest
  @MethodSource("configs")
  void transfersOfASampleDoNotGrow(WaveNetConfig config) {
    FarEngine far = new FarEngine();
    decodes(config, far);
    try (Decoder cached = model(config).decoder(far, room(config))) {
      for (int t = 0; t < LENGTH - 1; t++) {
        far.resetCounts();
        cached.feed(samples(config));
        cached.conditional();
        assertThat(far.uploads()).isEqualTo(1);
        assertThat(far.downloads()).isEqualTo(1);
        assertThat(far.downloadedElements()).isEqualTo((long) STREAMS * config.numParameters());
      }
    }
  }

  @Test
  void weightsMayBeRounded() {
    WaveNet model = model(SCALAR);
    WaveBatch room = room(SCALAR);
    try (Engine engine = CudaUnderTest.engineOnStandIn();
        Decoder exact = model.decoder(engine, room);
        Decoder rounded = model.decoder(engine, room, WeightFormat.BFLOAT16)) {
      double[] a = exact.conditional().toDoubles();
      double[] b = rounded.conditional().toDoubles();
      assertThat(b).isNotEqualTo(a);
      for (int i = 0; i < a.length; i++) {
        assertThat(b[i]).isCloseTo(a[i], within(0.02 * (1 + Math.abs(a[i]))));
      }
    }
  }
}
