package dev.chainrule.text.structure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chainrule.base.InputException;
import dev.chainrule.base.random.CounterRandom;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Masks are what the definition says: a token may come if some text of the language begins so. */
class StructureMasksTest {
  private static final long SEED = Long.getLong("structure.seed", 7);
  private static final int GRAMMARS = Integer.getInteger("structure.grammars", 250);

  private static final String[] TOKENS = {
    "a", "b", "c", "\u00e9", "ab", "ba", "aa", "abc", "\u00e9a", "c\u00e9", "bb", "abab", "cab",
    "aaaa", "a"
  };

  private final Vocabulary vocabulary = Vocabulary.of(Pieces.of(TOKENS));

  @Test
  void aTokenMayComeWhereATextBeginsWithItAndNowhereElse() {
    int compared = 0;
    for (int number = 0; number < GRAMMARS; number++) {
      RandomGenerator random = CounterRandom.of(SEED, number);
      Grammar grammar = RandomGrammars.grammar(random);
      Structure structure;
      try {
        structure = Structure.of(grammar, vocabulary);
      } catch (InputException e) {
        assertThat(e)
            .hasMessageMatching("random: .*(on the left|no text of finite length|no text in it).*");
        continue;
      }
      Earley earley = new Earley(grammar);
      for (int text = 0; text < 6; text++) {
        compared += walk(structure, earley, random, "grammar " + number + " of seed " + SEED);
      }
    }
    assertThat(compared).as("masks compared").isGreaterThan(3 * GRAMMARS);
  }

  private int walk(Structure structure, Earley earley, RandomGenerator random, String what) {
    if (!structure.start().goesOn()) {
      // Refused, as there is nothing to draw; the language has the empty text alone.
      assertThat(earley.read("").isIn()).isTrue();
      assertThat(TOKENS).noneMatch(token -> earley.read(token).begins());
      return 1;
    }
    StructuredText stream = structure.begin(Set.of());
    String text = "";
    int compared = 0;
    while (text.length() < 7) {
      Earley.Answer answer = earley.read(text);
      assertThat(stream.isComplete())
          .as("%s: \"%s\" is whole", what, text)
          .isEqualTo(answer.isIn());
      long mask = stream.isOver() ? 0 : stream.allowed()[0];
      for (int id = 0; id < TOKENS.length; id++) {
        assertThat((mask >> id & 1) != 0)
            .as("%s: \"%s\" then \"%s\"", what, text, TOKENS[id])
            .isEqualTo(earley.read(text + TOKENS[id]).begins());
      }
      compared++;
      if (mask == 0) {
        break;
      }
      int id;
      do {
        id = random.nextInt(TOKENS.length);
      } while ((mask >> id & 1) == 0);
      stream.accept(id);
      text += TOKENS[id];
    }
    return compared;
  }

  @Test
  void anEndMayComeWhereATextIsWhole() {
    Pieces tokens = Pieces.of("a", "b", "end").withControl(2);
    Structure structure = Structure.of(Format.regex("ab?"), Vocabulary.of(tokens));
    StructuredText text = structure.begin(Set.of(2));
    assertThat(text.allowed()).containsExactly(0b001);
    text.accept(0);
    assertThat(text.allowed()).containsExactly(0b110);
    assertThat(text.isComplete()).isTrue();
    assertThat(text.isOver()).isFalse();
    text.accept(2);
    assertThat(text.isOver()).isTrue();
  }

  @Test
  void aTextThatNothingCanFollowIsOver() {
    Structure structure = Structure.of(Format.regex("ab"), vocabulary);
    StructuredText text = structure.begin(Set.of());
    text.accept(4);
    assertThat(text.isOver()).isTrue();
  }

  @Test
  void spacesThatATokenizerAddsAreNoPartOfTheText() {
    Pieces tokens = Pieces.of("a", " a", " ", "  a", "b", " b", " c", "c");
    Structure structure = Structure.of(Format.regex("a|b| c"), Vocabulary.of(tokens));
    StructuredText text = structure.begin(Set.of(), 1);
    assertThat(text.allowed()).containsExactly(0b0011_0111);
    text.accept(2);
    assertThat(text.allowed()).containsExactly(0b0101_0001 | 4);
    text.accept(6);
    assertThat(text.isComplete()).isTrue();
  }

  @Test
  void partsOfCharactersAreTokensLikeOthers() {
    Pieces tokens = Pieces.bytesAnd("\u00e9", "x\u00e9");
    Structure structure = Structure.of(Format.regex("x\u00e9"), Vocabulary.of(tokens));
    StructuredText text = structure.begin(Set.of());
    text.accept('x');
    text.accept(0xC3);
    assertThat(text.isComplete()).isFalse();
    text.accept(0xA9);
    assertThat(text.isOver()).isTrue();
  }

  @Test
  void whatTheVocabularyCannotCompleteIsNotBegun() {
    Structure structure =
        Structure.of(Format.regex("a(bx)*c|ad|ax"), Vocabulary.of(Pieces.of("a", "b", "c", "d")));
    StructuredText text = structure.begin(Set.of());
    text.accept(0);
    assertThat(text.allowed()).containsExactly(0b1100);
  }

  @Test
  void charactersOfAllLengthsAreReadWhole() {
    RandomGenerator random = CounterRandom.of(SEED);
    Vocabulary bytes = Vocabulary.of(Pieces.bytesAnd());
    for (int round = 0; round < 40; round++) {
      int first = random.nextInt(Character.MAX_CODE_POINT + 1);
      int last =
          Math.min(Character.MAX_CODE_POINT, first + random.nextInt(1 << random.nextInt(20)));
      CodePoints set = CodePoints.range(first, last).or(CodePoints.of("x\u20ac"));
      Structure structure = Structure.of(Grammar.of("set", new Expression.Characters(set)), bytes);
      for (int c :
          new int[] {
            first,
            first - 1,
            last,
            last + 1,
            (first + last) / 2,
            0x7F,
            0x80,
            0x7FF,
            0x800,
            0xFFFF,
            0x10000,
            'x',
            random.nextInt(Character.MAX_CODE_POINT + 1)
          }) {
        if (c >= 0 && c <= Character.MAX_CODE_POINT && !(c >= 0xD800 && c <= 0xDFFF)) {
          assertThat(Texts.isIn(structure, Character.toString(c)))
              .as("%x in %x to %x", c, first, last)
              .isEqualTo(set.contains(c));
        }
      }
    }
  }
}
