package dev.chainrule.text.tokenizer.subword;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chainrule.base.InputException;
import dev.chainrule.base.random.CounterRandom;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Both models of byte-pair encoding against loops that look for the best pair again and again. */
class BpeModelTest {
  private static final String LETTERS = "abc";

  /** Tokens "a", "b", "c" and what random merges make of them; ranks are their order. */
  private record Merged(List<String> tokens, List<String> left, List<String> right) {
    static Merged random(RandomGenerator random, int merges) {
      List<String> tokens = new ArrayList<>(List.of("a", "b", "c"));
      List<String> left = new ArrayList<>();
      List<String> right = new ArrayList<>();
      while (left.size() < merges) {
        String one = tokens.get(random.nextInt(tokens.size()));
        String other = tokens.get(random.nextInt(tokens.size()));
        if (!tokens.contains(one + other) && one.length() + other.length() < 9) {
          left.add(one);
          right.add(other);
          tokens.add(one + other);
        }
      }
      return new Merged(tokens, left, right);
    }

    BpeModel model(boolean byteLevel) {
      return new BpeModel(
          PieceTable.of(tokens),
          BpeModel.merges(left.toArray(String[]::new), right.toArray(String[]::new)),
          new BitSet(),
          new BpeModel.Options(byteLevel, false, false, "", ""),
          Fallback.unknown(OptionalInt.empty()));
    }

    /** The definition: the pair of the lowest rank, the leftmost of it, until there is none. */
    List<Integer> plainly(String text) {
      List<String> parts = new ArrayList<>(List.of(text.split("")));
      while (true) {
        int best = Integer.MAX_VALUE;
        int place = -1;
        for (int i = 0; i + 1 < parts.size(); i++) {
          int rank = rank(parts.get(i), parts.get(i + 1));
          if (rank < best) {
            best = rank;
            place = i;
          }
        }
        if (place < 0) {
          return parts.stream().map(tokens::indexOf).toList();
        }
        parts.set(place, parts.get(place) + parts.remove(place + 1));
      }
    }

    private int rank(String one, String other) {
      for (int rank = 0; rank < left.size(); rank++) {
        if (left.get(rank).equals(one) && right.get(rank).equals(other)) {
          return rank;
        }
      }
      return Integer.MAX_VALUE;
    }
  }

  private static String text(RandomGenerator random, int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    return text.toString();
  }

  private static List<Integer> encode(SubwordModel model, String text) {
    IdList out = new IdList();
    model.encode("<" + text + ">", 1, 1 + text.length(), out);
    List<Integer> ids = new ArrayList<>();
    for (int id : out.toArray()) {
      ids.add(id);
    }
    return ids;
  }

  @Test
  void mergesAreDoneInTheirOrder() {
    for (int i = 0; i < 300; i++) {
      RandomGenerator random = CounterRandom.of(11, i);
      Merged merged = Merged.random(random, 1 + random.nextInt(20));
      String text = text(random, 1 + random.nextInt(60));
      assertThat(encode(merged.model(i % 2 == 0), text))
          .as("%s of %s", text, merged)
          .isEqualTo(merged.plainly(text));
    }
  }

  @Test
  void scoresAreMergesByTheTextOfBoth() {
    for (int i = 0; i < 300; i++) {
      RandomGenerator random = CounterRandom.of(12, i);
      Merged merged = Merged.random(random, 1 + random.nextInt(20));
      float[] scores = new float[merged.tokens.size()];
      for (int id = 0; id < scores.length; id++) {
        scores[id] = -random.nextInt(8); // many are equal
      }
      String text = text(random, 1 + random.nextInt(60));
      SubwordModel model =
          new ScoredBpeModel(
              PieceTable.of(merged.tokens),
              scores,
              new BitSet(),
              Fallback.unknown(OptionalInt.empty()));
      assertThat(encode(model, text))
          .as("%s of %s", text, merged)
          .isEqualTo(byScore(merged.tokens, scores, text));
    }
  }

  private static List<Integer> byScore(List<String> tokens, float[] scores, String text) {
    List<String> parts = new ArrayList<>(List.of(text.split("")));
    while (true) {
      float best = Float.NEGATIVE_INFINITY;
      int place = -1;
      for (int i = 0; i + 1 < parts.size(); i++) {
        int id = tokens.indexOf(parts.get(i) + parts.get(i + 1));
        if (id >= 0 && scores[id] > best) {
          best = scores[id];
          place = i;
        }
      }
      if (place < 0) {
        return parts.stream().map(tokens::indexOf).toList();
      }
      parts.set(place, parts.get(place) + parts.remove(place + 1));
    }
  }

  /** A word of a megabyte takes about as long as a megabyte of words. */
  @Test
  void aLongWordCostsLittleMoreThanItsLength() {
    RandomGenerator random = CounterRandom.of(13, 0);
    Merged merged = Merged.random(random, 20);
    String word = text(random, 1 << 20);
    for (SubwordModel model :
        new SubwordModel[] {
          merged.model(true),
          new ScoredBpeModel(
              PieceTable.of(merged.tokens),
              new float[merged.tokens.size()],
              new BitSet(),
              Fallback.unknown(OptionalInt.empty()))
        }) {
      long begun = System.nanoTime();
      List<Integer> ids = encode(model, word);
      assertThat((System.nanoTime() - begun) / 1e9).isLessThan(10);
      assertThat(String.join("", ids.stream().map(merged.tokens::get).toList())).isEqualTo(word);
    }
  }

  @Test
  void mergesAreFoundByTheirBytesAsByTheirTexts() {
    String[] letters = {"a", "é", "Ġ", "東"};
    List<String> tokens = new ArrayList<>(List.of(letters));
    StringBuilder lines = new StringBuilder();
    List<Integer> starts = new ArrayList<>(List.of(0));
    List<String> left = new ArrayList<>();
    List<String> right = new ArrayList<>();
    for (String one : letters) {
      for (String other : letters) {
        left.add(one);
        right.add(other);
        tokens.add(one + other);
        lines.append(one).append(' ').append(other);
        starts.add(lines.toString().getBytes(StandardCharsets.UTF_8).length);
      }
    }
    byte[] utf8 = lines.toString().getBytes(StandardCharsets.UTF_8);
    int[] begins = starts.stream().mapToInt(i -> i).toArray();
    JoinedMerges joined = JoinedMerges.of(utf8, begins);
    assertThat(joined.left(6)).isEqualTo("é");
    assertThat(joined.right(6)).isEqualTo("Ġ");
    BpeModel.Options options = new BpeModel.Options(false, false, false, "", "");
    Fallback none = Fallback.unknown(OptionalInt.empty());
    BpeModel.Merges texts =
        BpeModel.merges(left.toArray(String[]::new), right.toArray(String[]::new));
    PieceTable table = PieceTable.of(tokens);
    assertThat(PieceTable.of(table.texts())).isSameAs(table);
    BpeModel byBytes = new BpeModel(table, joined, new BitSet(), options, none);
    BpeModel byTexts = new BpeModel(table, texts, new BitSet(), options, none);
    for (int i = 0; i < 200; i++) {
      RandomGenerator random = CounterRandom.of(14, i);
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(12); n >= 0; n--) {
        text.append(letters[random.nextInt(letters.length)]);
      }
      assertThat(encode(byBytes, text.toString())).isEqualTo(encode(byTexts, text.toString()));
    }
    assertThatThrownBy(
            () ->
                new BpeModel(
                    PieceTable.of(tokens.subList(0, 9)), joined, new BitSet(), options, none))
        .isInstanceOf(InputException.class)
        .hasMessage("merge 6 is \"é\" and \"é\", of which \"éé\" is no token of the vocabulary");
  }

  @Test
  void aMergeOfNoTokenIsNamed() {
    assertThatThrownBy(
            () ->
                new BpeModel(
                    PieceTable.of(List.of("a", "b")),
                    BpeModel.merges(new String[] {"a"}, new String[] {"b"}),
                    new BitSet(),
                    BpeModel.Options.BYTE_LEVEL,
                    Fallback.unknown(OptionalInt.empty())))
        .isInstanceOf(InputException.class)
        .hasMessage("merge 1 is \"a\" and \"b\", of which \"ab\" is no token of the vocabulary");
  }

  @Test
  void aCharacterWithoutATokenIsNamed() {
    Merged merged = new Merged(List.of("a"), List.of(), List.of());
    assertThatThrownBy(() -> encode(merged.model(false), "aé"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("\"é\" (U+00E9)");
    assertThatThrownBy(() -> encode(merged.model(true), "aé"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("byte 0xC3");
  }

  /** A control token is never made of text, even where merges lead to it. */
  @Test
  void mergesDoNotMakeControlTokens() {
    BitSet control = new BitSet();
    control.set(2);
    BpeModel model =
        new BpeModel(
            PieceTable.of(List.of("a", "b", "ab")),
            BpeModel.merges(new String[] {"a"}, new String[] {"b"}),
            control,
            new BpeModel.Options(true, true, false, "", ""),
            Fallback.unknown(OptionalInt.empty()));
    assertThat(encode(model, "ab")).containsExactly(0, 1);
  }
}
