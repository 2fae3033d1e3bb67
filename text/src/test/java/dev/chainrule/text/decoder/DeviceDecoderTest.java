package dev.chainrule.text.decoder;

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
import dev.chainrule.core.model.RecomputingDecoder;
import dev.chainrule.core.testkit.FarEngine;
import dev.chainrule.text.model.SlotDecoder;
import dev.chainrule.text.model.TokenBatch;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Published decoders with a cache in a device's memory give what recomputing gives. */
class DeviceDecoderTest {
  private static final int STREAMS = 2;

  private final CounterRandom rng = CounterRandom.of(3);

  static Stream<DecoderConfig> configs() {
    return Stream.of(DecoderConfigs.LLAMA, DecoderConfigs.GPT2, DecoderConfigs.GEMMA);
  }

  private static DecoderModel model(DecoderConfig config) {
    DecoderModel model = new DecoderModel(config);
    model.parameters().allocate(DType.FLOAT32, 5);
    Tensor values = model.parameters().values();
    CounterRandom noise = CounterRandom.of(6);
    for (long i = 0; i < values.size(); i++) {
      values.set(i, values.get(i) + 0.1 * noise.nextGaussian());
    }
    return model;
  }

  private Tensor tokens(DecoderConfig config, int streams, int count) {
    Tensor ids = Tensor.zeros(DType.INT32, streams, count);
    for (long i = 0; i < ids.size(); i++) {
      ids.set(i, rng.nextInt(config.vocabSize()));
    }
    return ids;
  }

  private static Decoder recomputing(DecoderModel model, Engine cpu, int streams, int most) {
    TokenBatch room = new TokenBatch(Tensor.zeros(DType.INT32, streams, most + 1));
    return new RecomputingDecoder<>(model, cpu, room, most);
  }

  private void decodes(DecoderConfig config, Engine engine) {
    DecoderModel model = model(config);
    try (Engine cpu = Engines.open("vector", 1);
        Decoder cached = model.decoder(engine, STREAMS);
        Decoder plain = recomputing(model, cpu, STREAMS, 24)) {
      assertThat(cached).isInstanceOf(DeviceDecoder.class);
      Tensor prompt = tokens(config, STREAMS, 17);
      cached.feedAll(prompt);
      plain.feedAll(prompt);
      for (int t = 0; t < 6; t++) {
        if (t == 3) {
          cached.fork(1, 0);
          plain.fork(1, 0);
        }
        Tensor next = tokens(config, STREAMS, 1);
        cached.feedAll(next);
        plain.feedAll(next);
        double[] a = cached.conditional().toDoubles();
        double[] e = plain.conditional().toDoubles();
        for (int i = 0; i < e.length; i++) {
          assertThat(a[i])
              .as("step %d, logit %d", t, i)
              .isCloseTo(e[i], within(1e-5 * (1 + Math.abs(e[i]))));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("configs")
  void onTheStandInForAGpu(DecoderConfig config) {
    try (Engine engine = CudaUnderTest.engineOnStandIn()) {
      decodes(config, engine);
    }
  }

  @ParameterizedTest
  @MethodSource("configs")
  void inNd4jsOwnMemory(DecoderConfig config) {
    try (Engine engine = new Nd4jEngine()) {
      decodes(config, engine);
    }
  }

  @ParameterizedTest
  @MethodSource("configs")
  void transfersOfAStepDoNotGrow(DecoderConfig config) {
    FarEngine far = new FarEngine();
    decodes(config, far);
    try (Decoder cached = model(config).decoder(far, STREAMS)) {
      for (int t = 0; t < config.contextLength(); t++) {
        far.resetCounts();
        cached.feed(tokens(config, STREAMS, 1));
        cached.conditional();
        assertThat(far.uploads()).isEqualTo(1);
        assertThat(far.downloads()).isEqualTo(1);
        assertThat(far.downloadedElements()).isEqualTo((long) STREAMS * config.vocabSize());
      }
    }
  }

  @Test
  void slotsHoldSequencesThatComeAndGo() {
    DecoderModel model = model(DecoderConfigs.LLAMA);
    int[] prompt = tokens(DecoderConfigs.LLAMA, 1, 9).toInts();
    try (Engine cpu = Engines.open("vector", 1);
        SlotDecoder slots = model.slots(new FarEngine(), 2, 20);
        Decoder plain = recomputing(model, cpu, 1, 20)) {
      slots.feed(List.of(SlotDecoder.Piece.of(0, prompt)));
      Tensor state = Tensor.zeros(DType.FLOAT32, slots.stateSize());
      for (int t = 0; t < 8; t++) {
        slots.read(0, t, state);
        slots.append(1, prompt[t], state);
      }
      slots.feed(List.of(SlotDecoder.Piece.of(1, prompt[8])));
      plain.feedAll(Tensor.of(prompt, 1, 9));
      double[] expected = plain.conditional().toDoubles();
      for (int i = 0; i < expected.length; i++) {
        assertThat(slots.logits().get(i)).isCloseTo(expected[i], within(1e-5));
      }
    }
  }
}
