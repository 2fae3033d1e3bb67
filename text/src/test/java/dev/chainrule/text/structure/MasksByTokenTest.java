package dev.chainrule.text.structure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chainrule.base.InputException;
import dev.chainrule.base.random.CounterRandom;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A walk over all tokens at once allows what reading each token by itself allows. */
class MasksByTokenTest {
  private static final long SEED = 11;
  private static final String LETTERS = "aabcdexyz019 .,:-\"\\{}[]\n\u00e9\u20ac\ud83d\ude00";

  private static final Pieces TOKENS = tokens();
  private static final Vocabulary VOCABULARY = Vocabulary.of(TOKENS);

  private static Pieces tokens() {
    RandomGenerator random = CounterRandom.of(SEED);
    int[] letters = LETTERS.codePoints().toArray();
    List<String> tokens = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      StringBuilder token = new StringBuilder();
      int length = 1 + random.nextInt(1 + random.nextInt(12));
      int kinds = random.nextInt(3) == 0 ? letters.length : 11;
      for (int k = 0; k < length; k++) {
        token.appendCodePoint(letters[random.nextInt(kinds)]);
      }
      tokens.add(token.toString());
    }
    return Pieces.bytesAnd(tokens.toArray(String[]::new));
  }

  static List<Format> formats() {
    return List.of(
        Format.regex("[a-z ]{3,9}\\.(x|[0-9]{2,4})*"),
        Format.regex("(\\w+ )*\\w+\\."),
        Format.regex(".{0,30}[A-Za-z]{2}-\\d{1,3}"),
        Format.regex("\"([^\"\\\\\n]|\\\\.){0,20}\"( .*)?"),
        Format.regex("(.{5}){2,3}x{4}"),
        Format.jsonObject(),
        Format.jsonSchema(
            """
            {"type": "object", "properties": {"a": {"type": "string", "maxLength": 12},
             "b": {"type": "array", "items": {"$ref": "#"}, "maxItems": 3},
             "c": {"type": "string", "minLength": 5, "maxLength": 8},
             "d": {"type": "string", "pattern": "^[a-z]+$"}},
             "additionalProperties": {"type": ["number", "string"]}}\
            """),
        Format.grammar(
            """
            root ::= item (", " item)*
            item ::= word | "[" root "]" | "\\"" char{2,7} "\\""
            word ::= [a-e]+ | [0-9]{1,3} "." [0-9]{2}
            char ::= [^"\\\\\\n] | "\\\\" .
            """));
  }

  @ParameterizedTest
  @MethodSource("formats")
  void masksAreThoseOfEachToken(Format format) {
    Structure structure = Structure.of(format, VOCABULARY);
    int masks = 0;
    for (int stream = 0; stream < 12; stream++) {
      RandomGenerator random = CounterRandom.of(SEED, stream);
      StructuredText text = structure.begin(Set.of());
      Position position = structure.start();
      for (int length = 0; length < 25 && !text.isOver(); length++) {
        long[] allowed = text.allowed();
        List<Integer> open = new ArrayList<>();
        for (int id = 0; id < TOKENS.vocabSize(); id++) {
          boolean reads =
              !structure.after(position, TOKENS.bytesOf(id), 0, new Allowance()).isDead();
          if (reads != ((allowed[id >> 6] & 1L << id) != 0)) {
            throw new AssertionError(
                "%s: token %d \"%s\" after %d tokens of stream %d, expected %s"
                    .formatted(format, id, TOKENS.piece(id), length, stream, reads));
          }
          if (reads) {
            open.add(id);
          }
        }
        masks++;
        int id = open.get(random.nextInt(open.size()));
        text.accept(id);
        position = structure.after(position, TOKENS.bytesOf(id), 0, new Allowance());
      }
    }
    assertThat(masks).isGreaterThan(30);
  }

  @Test
  void whatTakesTooLongForOneTokenIsRefused() {
    Structure structure = Structure.of(Format.regex("([a-z]?){3000}x"), VOCABULARY);
    byte[] longToken = "a".repeat(2_900).getBytes(StandardCharsets.US_ASCII);
    assertThatThrownBy(() -> structure.after(structure.start(), longToken, 0, new Allowance()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("steps for a token");
  }
}
