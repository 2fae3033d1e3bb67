package dev.chainrule.text.tokenizer.subword;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.base.InputException;
import dev.chainrule.base.random.CounterRandom;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class UnigramModelTest {
  private static List<Integer> encode(UnigramModel model, String text) {
    IdList out = new IdList();
    model.encode(text, 0, text.length(), out);
    List<Integer> ids = new ArrayList<>();
    for (int id : out.toArray()) {
      ids.add(id);
    }
    return ids;
  }

  /** The best sum over all ways to write a text, each tried. */
  private static double best(List<String> tokens, double[] scores, String text) {
    if (text.isEmpty()) {
      return 0;
    }
    double best = Double.NEGATIVE_INFINITY;
    for (int id = 0; id < tokens.size(); id++) {
      if (text.startsWith(tokens.get(id))) {
        best =
            Math.max(
                best, scores[id] + best(tokens, scores, text.substring(tokens.get(id).length())));
      }
    }
    return best;
  }

  @Test
  void noOtherWayHasAHigherSum() {
    for (int i = 0; i < 200; i++) {
      RandomGenerator random = CounterRandom.of(21, i);
      List<String> tokens = new ArrayList<>(List.of("a", "é", "😀"));
      for (int k = 0; k < 12; k++) {
        String token =
            tokens.get(random.nextInt(tokens.size())) + tokens.get(random.nextInt(tokens.size()));
        if (!tokens.contains(token)) {
          tokens.add(token);
        }
      }
      double[] scores = random.doubles(tokens.size(), -9, 0).toArray();
      StringBuilder text = new StringBuilder();
      for (int k = random.nextInt(9); k >= 0; k--) {
        text.append(tokens.get(random.nextInt(3)));
      }
      UnigramModel model =
          new UnigramModel(
              PieceTable.of(tokens), scores, new BitSet(), Fallback.unknown(OptionalInt.empty()));
      List<Integer> ids = encode(model, text.toString());
      assertThat(String.join("", ids.stream().map(tokens::get).toList()))
          .isEqualTo(text.toString());
      assertThat(ids.stream().mapToDouble(id -> scores[id]).sum())
          .isCloseTo(best(tokens, scores, text.toString()), within(1e-9));
    }
  }

  @Test
  void unknownCharactersInARowAreOneOrTheirBytes() {
    List<String> tokens = new ArrayList<>(List.of("<unk>", "a"));
    BitSet unfit = new BitSet();
    unfit.set(0);
    double[] scores = {0, -1};
    Fallback unknown = Fallback.unknown(OptionalInt.of(0));
    assertThat(encode(new UnigramModel(PieceTable.of(tokens), scores, unfit, unknown), "axyaz"))
        .containsExactly(1, 0, 1, 0);
    for (int b = 0; b < 256; b++) {
      tokens.add(Fallback.name(b));
    }
    unfit.set(2, 258);
    PieceTable withBytes = PieceTable.of(tokens);
    UnigramModel model =
        new UnigramModel(
            withBytes, new double[258], unfit, Fallback.bytes(withBytes, OptionalInt.of(0)));
    assertThat(encode(model, "aé")).containsExactly(1, 2 + 0xC3, 2 + 0xA9);
    assertThatThrownBy(
            () ->
                encode(
                    new UnigramModel(
                        PieceTable.of(List.of("a")),
                        new double[1],
                        new BitSet(),
                        Fallback.unknown(OptionalInt.empty())),
                    "aé"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("U+00E9");
  }
}
