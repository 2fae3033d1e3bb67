package dev.chainrule.text.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.engine.Engines;
import dev.chainrule.core.kernel.CacheFormat;
import dev.chainrule.text.gpt.Gpt;
import dev.chainrule.text.gpt.GptConfig;
import dev.chainrule.text.model.LanguageModel;
import dev.chainrule.text.model.RecomputingSlots;
import dev.chainrule.text.model.SlotDecoder;
import dev.chainrule.text.model.SlotDecoder.Piece;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SlotDecoderTest {
  private static final int SLOTS = 4;
  private static final int STEPS = 30;

  static Stream<LanguageModel> models() {
    return Stream.concat(
        Stream.of(
                DecoderConfigs.LLAMA,
                DecoderConfigs.GPT2,
                DecoderConfigs.GEMMA,
                DecoderConfigs.SMOL,
                DecoderConfigs.MISTRAL)
            .map(DecoderModel::new)
            .map(SlotDecoderTest::random),
        Stream.of(random(new Gpt(new GptConfig(33, 70, 2, 3, 60, 0, true, false)))));
  }

  /** Sequences come, go, are cut and copied, with pieces of all lengths and nothing between. */
  @ParameterizedTest
  @MethodSource("models")
  void anyScheduleHasTheLogitsOfWholeSequences(LanguageModel model) {
    for (String name : List.of("vector", "reference")) {
      try (Engine engine = Engines.open(name, 2);
          SlotDecoder slots = model.slots(engine, SLOTS, model.contextLength());
          SlotDecoder plain = new RecomputingSlots(model, engine, SLOTS, model.contextLength())) {
        assertThat(slots).isNotInstanceOf(RecomputingSlots.class);
        CounterRandom rng = CounterRandom.of(11);
        for (int step = 0; step < STEPS; step++) {
          change(rng, slots, plain);
          List<Piece> pieces = pieces(rng, slots, plain);
          slots.feed(pieces);
          plain.feed(pieces);
          if (pieces.stream().anyMatch(piece -> piece.wanted() > 0)) {
            assertThat(slots.logits().toDoubles())
                .as("%s, step %d, %s", name, step, pieces)
                .containsExactly(plain.logits().toDoubles(), within(2e-4));
          }
          for (int s = 0; s < SLOTS; s++) {
            assertThat(slots.position(s)).isEqualTo(plain.position(s));
          }
        }
      }
    }
  }

  /** What a draft is verified with must be what drawing without one would have been given. */
  @ParameterizedTest
  @MethodSource("models")
  void shortPiecesInAnyCompanyAreToTheBitTokensAlone(LanguageModel model) {
    int length = Math.min(60, model.contextLength());
    try (Engine engine = Engines.open("vector", 2);
        SlotDecoder slots = model.slots(engine, SLOTS, length);
        SlotDecoder alone = model.slots(engine, 1, length)) {
      CounterRandom rng = CounterRandom.of(5);
      int[] ids = ids(rng, length, model.vocabSize());
      float[][] expected = new float[length][];
      for (int t = 0; t < length; t++) {
        alone.feed(List.of(Piece.of(0, ids[t])));
        expected[t] = alone.logits().toFloats();
      }
      int at = 0;
      while (at < length) {
        int most = Math.min(SlotDecoder.LONG_PIECE - 1, length - at);
        int count = 1 + rng.nextInt(most);
        int[] tokens = Arrays.copyOfRange(ids, at, at + count);
        List<Piece> pieces = new ArrayList<>();
        if (slots.position(0) < length) {
          pieces.add(Piece.of(0, rng.nextInt(model.vocabSize())));
        }
        pieces.add(new Piece(2, tokens, count));
        slots.feed(pieces);
        int from = pieces.size() - 1;
        for (int i = 0; i < count; i++) {
          assertThat(slots.logits().slice(from + i, from + i + 1).toFloats())
              .isEqualTo(expected[at + i]);
        }
        // As a draft of which a part was not kept.
        int kept = 1 + rng.nextInt(count);
        at += kept;
        slots.truncate(2, at);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void whatIsReadOfASlotGoesOnElsewhereToTheBit(LanguageModel model) {
    int length = Math.min(20, model.contextLength() - 1);
    for (CacheFormat format : CacheFormat.values()) {
      if (format != CacheFormat.FLOAT32 && !(model instanceof DecoderModel)) {
        continue;
      }
      for (String name : List.of("vector", "reference")) {
        try (Engine engine = Engines.open(name, 1);
            SlotDecoder slots = model.slots(engine, 2, length + 1, format)) {
          int[] ids = ids(CounterRandom.of(6), length, model.vocabSize());
          slots.feed(List.of(Piece.of(0, ids)));
          if (slots.earliest(0) > 1) {
            continue;
          }
          Tensor state = Tensor.zeros(DType.FLOAT32, Math.max(1, slots.stateSize()));
          for (int t = 0; t < length; t++) {
            slots.read(0, t, state);
            slots.append(1, ids[t], state);
          }
          slots.feed(List.of(Piece.of(0, 1), Piece.of(1, 1)));
          assertThat(slots.logits().slice(1, 2).toFloats())
              .as("%s %s", name, format)
              .isEqualTo(slots.logits().slice(0, 1).toFloats());
        }
      }
    }
  }

  @Test
  void formatsOfTheCacheAreKept() {
    LanguageModel model = random(new DecoderModel(DecoderConfigs.LLAMA));
    float[] half = last(model, CacheFormat.FLOAT16);
    float[] full = last(model, CacheFormat.FLOAT32);
    assertThat(half).isNotEqualTo(full).containsExactly(full, within(2e-2f));
  }

  private static float[] last(LanguageModel model, CacheFormat format) {
    try (Engine engine = Engines.open("vector", 1);
        SlotDecoder slots = model.slots(engine, 2, 20, format)) {
      slots.feed(List.of(Piece.of(1, ids(CounterRandom.of(4), 20, model.vocabSize()))));
      return slots.logits().toFloats();
    }
  }

  @Test
  void misuseIsSaid() {
    LanguageModel model = random(new DecoderModel(DecoderConfigs.MISTRAL));
    try (Engine engine = Engines.open("vector", 1);
        SlotDecoder slots = model.slots(engine, 2, 40)) {
      assertThatThrownBy(() -> slots.feed(List.of(Piece.of(0, new int[41]))))
          .hasMessage("41 tokens after 0, expected at most the context length 40 in all");
      assertThatThrownBy(() -> slots.feed(List.of(Piece.of(0, 1), Piece.of(0, 2))))
          .hasMessage("a piece of slot 0, expected different ones of 2");
      assertThatThrownBy(() -> slots.feed(List.of(Piece.of(1, 29))))
          .hasMessage("token id 29, expected from 0 to 28");
      assertThatThrownBy(() -> slots.feed(List.of()))
          .hasMessage("0 tokens in a step, expected from 1 to 256");
      slots.feed(List.of(Piece.of(1, new int[30])));
      assertThatThrownBy(() -> slots.truncate(1, 31)).hasMessageContaining("slot 1 cut to 31");
      assertThatThrownBy(() -> new Piece(0, new int[2], 3)).hasMessageContaining("logits of 3");
    }
    assertThatThrownBy(() -> model.slots(Engines.open("vector", 1), 0, 5))
        .hasMessageContaining("0 streams");
    assertThatThrownBy(() -> model.slots(Engines.open("vector", 1), 1, 71))
        .hasMessageContaining("room for 71 tokens");
  }

  /** The same to both: forgets, cuts or copies. */
  private static void change(CounterRandom rng, SlotDecoder slots, SlotDecoder plain) {
    int slot = rng.nextInt(SLOTS);
    int to = rng.nextInt(SLOTS);
    int kind = rng.nextInt(4);
    int fed = slots.position(slot);
    int cut = fed;
    if (fed == slots.capacity()) {
      cut = 0;
    } else if (kind == 2 && fed > 0) {
      cut = slots.earliest(slot) + rng.nextInt(fed - slots.earliest(slot) + 1);
    }
    for (SlotDecoder each : List.of(slots, plain)) {
      if (kind == 1) {
        each.fork(slot, to);
      }
      each.truncate(slot, cut);
    }
  }

  /** Short ones of some slots, or a long one. */
  private static List<Piece> pieces(CounterRandom rng, SlotDecoder slots, SlotDecoder plain) {
    List<Piece> pieces = new ArrayList<>();
    for (int s = 0; s < SLOTS; s++) {
      int room = Math.min(slots.mostRows(), slots.capacity() - slots.position(s));
      if (room > 0 && rng.nextInt(6) == 0) {
        return List.of(piece(rng, s, room, slots.vocabSize()));
      } else if (room > 0 && rng.nextInt(3) > 0) {
        int most = Math.min(room, SlotDecoder.LONG_PIECE - 1);
        pieces.add(piece(rng, s, 1 + rng.nextInt(most), slots.vocabSize()));
      }
    }
    if (pieces.isEmpty()) {
      slots.truncate(0, 0);
      plain.truncate(0, 0);
      pieces.add(piece(rng, 0, 1, slots.vocabSize()));
    }
    return pieces;
  }

  private static Piece piece(CounterRandom rng, int slot, int count, int vocabSize) {
    return new Piece(slot, ids(rng, count, vocabSize), rng.nextInt(count + 1));
  }

  private static int[] ids(CounterRandom rng, int count, int vocabSize) {
    int[] ids = new int[count];
    Arrays.setAll(ids, i -> rng.nextInt(vocabSize));
    return ids;
  }

  /** Larger than at initialisation, so that every path carries weight; gains and biases too. */
  private static <M extends LanguageModel> M random(M model) {
    model.parameters().allocate(DType.FLOAT32, 1);
    CounterRandom rng = CounterRandom.of(2);
    Tensor values = model.parameters().values();
    for (long i = 0; i < values.size(); i++) {
      values.set(i, values.get(i) + 0.15 * rng.nextGaussian());
    }
    return model;
  }
}
