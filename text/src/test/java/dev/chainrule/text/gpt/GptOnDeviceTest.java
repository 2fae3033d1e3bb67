package dev.chainrule.text.gpt;

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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Decoding with a cache in a device's memory gives what recomputing gives. */
class GptOnDeviceTest {
  private static final int VOCAB = 11;
  private static final int CONTEXT = 40;

  private final CounterRandom rng = CounterRandom.of(3);
  private Engine cpu;
  private Gpt model;

  @BeforeEach
  void make() {
    cpu = Engines.open("reference", 1);
    model = new Gpt(new GptConfig(VOCAB, CONTEXT, 2, 2, 10, 0, true, true));
    model.parameters().allocate(DType.FLOAT32, 5);
    Tensor values = model.parameters().values();
    for (long i = 0; i < values.size(); i++) {
      values.set(i, values.get(i) + 0.2 * rng.nextGaussian());
    }
  }

  @AfterEach
  void close() {
    cpu.close();
  }

  private Tensor tokens(int streams, int count) {
    Tensor ids = Tensor.zeros(DType.INT32, streams, count);
    for (long i = 0; i < ids.size(); i++) {
      ids.set(i, rng.nextInt(VOCAB));
    }
    return ids;
  }

  private Decoder recomputing(int streams) {
    TokenBatch room = new TokenBatch(Tensor.zeros(DType.INT32, streams, CONTEXT + 1));
    return new RecomputingDecoder<>(model, cpu, room, CONTEXT);
  }

  private static void assertSame(Decoder actual, Decoder expected, String when) {
    double[] a = actual.conditional().toDoubles();
    double[] e = expected.conditional().toDoubles();
    for (int i = 0; i < e.length; i++) {
      assertThat(a[i]).as("%s: logit %d", when, i).isCloseTo(e[i], within(1e-5));
    }
  }

  private void decodes(Engine engine) {
    try (Decoder cached = model.decoder(engine, 3);
        Decoder plain = recomputing(3)) {
      assertThat(cached).isInstanceOf(GptDecoder.class);
      feed(cached, plain, tokens(3, 20));
      for (int t = 0; t < 4; t++) {
        feed(cached, plain, tokens(3, 1));
        assertSame(cached, plain, "step " + t);
      }
      cached.fork(0, 2);
      plain.fork(0, 2);
      cached.reset(1);
      plain.reset(1);
      for (int t = 0; t < 3; t++) {
        feed(cached, plain, tokens(3, 1));
        assertSame(cached, plain, "after a fork and a reset, step " + t);
      }
      feed(cached, plain, tokens(3, 3));
      assertSame(cached, plain, "after a short piece");
    }
  }

  private static void feed(Decoder cached, Decoder plain, Tensor tokens) {
    cached.feedAll(tokens);
    plain.feedAll(tokens);
  }

  @Test
  void onTheStandInForAGpu() {
    try (Engine engine = CudaUnderTest.engineOnStandIn()) {
      decodes(engine);
    }
  }

  @Test
  void inNd4jsOwnMemory() {
    try (Engine engine = new Nd4jEngine()) {
      decodes(engine);
    }
  }

  @Test
  void transfersOfAStepDoNotGrow() {
    FarEngine far = new FarEngine();
    decodes(far);
    try (Decoder cached = model.decoder(far, 2)) {
      for (int t = 0; t < CONTEXT; t++) {
        far.resetCounts();
        cached.feed(tokens(2, 1));
        cached.conditional();
        assertThat(far.uploads()).isEqualTo(1);
        assertThat(far.uploadedElements()).isEqualTo(8);
        assertThat(far.downloads()).isEqualTo(1);
        assertThat(far.downloadedElements()).isEqualTo(2L * VOCAB);
      }
    }
  }

  @Test
  void slotsKeepAndMoveStates() {
    FarEngine far = new FarEngine();
    int[] prompt = tokens(1, 9).toInts();
    try (SlotDecoder slots = model.slots(far, 2, CONTEXT);
        Decoder plain = recomputing(1)) {
      slots.feed(List.of(SlotDecoder.Piece.of(0, prompt)));
      Tensor state = Tensor.zeros(DType.FLOAT32, slots.stateSize());
      for (int t = 0; t < 8; t++) {
        slots.read(0, t, state);
        slots.append(1, prompt[t], state);
      }
      slots.feed(List.of(SlotDecoder.Piece.of(1, prompt[8])));
      plain.feedAll(Tensor.of(prompt, 1, 9));
      double[] expected = plain.conditional().toDoubles();
      for (int i = 0; i < VOCAB; i++) {
        assertThat(slots.logits().get(i)).isCloseTo(expected[i], within(1e-5));
      }
    }
  }
}
