package dev.chainrule.text.structure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chainrule.base.InputException;
import dev.chainrule.base.random.CounterRandom;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** However large or ambiguous a form is, its memory and its time are bounded. */
class StructureBoundsTest {
  /** Any of some thousand places of it may be meant at once, and most texts lead to others. */
  private static final String AMBIGUOUS =
      "([ab]{0,40}a[ab]{900}|[ab]*b[ab]{700,}c|[ab]*a[ab]{500}c){2,}";

  @Test
  void schemasMayReferToEachOtherInLongChains() {
    for (String step :
        new String[] {
          "{\"$ref\":\"#/$defs/a%d\"}",
          "{\"anyOf\":[{\"$ref\":\"#/$defs/a%d\"},{\"type\":\"null\"}]}"
        }) {
      String chain =
          IntStream.range(0, 3_000)
              .mapToObj(i -> "\"a%d\":%s".formatted(i, step.formatted(i + 1)))
              .collect(Collectors.joining(","));
      Format schema =
          Format.jsonSchema(
              "{\"$ref\":\"#/$defs/a0\",\"$defs\":{%s,\"a3000\":{\"const\":7}}}".formatted(chain));
      assertThat(Texts.isIn(schema, "7")).isTrue();
      assertThat(Texts.isIn(schema, "8")).isFalse();
    }
  }

  @Test
  void oneOfManyConstantsIsATreeOfTheirBeginnings() {
    String all =
        IntStream.range(0, 30_000)
            .mapToObj(i -> "\"v%d\"".formatted(i))
            .collect(Collectors.joining(","));
    Structure structure =
        Structure.of(
            Format.jsonSchema(
                "{\"enum\":[\"v\",%s,5,\"\ud83d\ude00\",\"\ud83d\ude01\",[1]]}".formatted(all)),
            Texts.BYTES);
    for (String in :
        new String[] {"\"v\"", "\"v0\"", "\"v29999\"", "5", "\"\ud83d\ude01\"", "[1]"}) {
      assertThat(Texts.isIn(structure, in)).as(in).isTrue();
    }
    for (String out :
        new String[] {"\"v30000\"", "\"v00\"", "\"w\"", "\"\"", "\"\ud83d\ude02\"", "[5]"}) {
      assertThat(Texts.isIn(structure, out)).as(out).isFalse();
    }
  }

  private static void draw(Structure structure, int tokens, RandomGenerator random) {
    StructuredText text = structure.begin(Set.of());
    for (int i = 0; i < tokens; i++) {
      text.accept(random.nextInt(256));
    }
  }

  @Test
  void whatIsRememberedTakesNoMoreThanSomeMegabytes() {
    Structure structure = Structure.of(Format.regex(AMBIGUOUS), words());
    for (int stream = 0; stream < 6; stream++) {
      draw(structure, 100, CounterRandom.of(3, stream));
      assertThat(structure.bytes()).isBetween(100_000L, 48L << 20);
    }
    // All that hangs on what is kept for good.
    Set<Position> met = Collections.newSetFromMap(new IdentityHashMap<>());
    Deque<Position> open = new ArrayDeque<>();
    open.add(structure.start());
    long states = 0;
    while (!open.isEmpty()) {
      Position position = open.remove();
      if (met.add(position)) {
        states += position.states.length;
        for (Position next : position.next == null ? new Position[0] : position.next) {
          if (next != null) {
            open.add(next);
          }
        }
      }
    }
    assertThat(states).isLessThan(2_000_000);
  }

  /** All texts of a and b of 1 to 8 letters, the longest first. */
  private static Vocabulary words() {
    List<String> words = new ArrayList<>();
    for (int length = 8; length > 0; length--) {
      for (int bits = 0; bits < 1 << length; bits++) {
        String binary = Integer.toBinaryString(bits | 1 << length).substring(1);
        words.add(binary.replace('0', 'a').replace('1', 'b'));
      }
    }
    words.add("c");
    return Vocabulary.of(Pieces.of(words.toArray(new String[0])));
  }

  @Test
  void aTextThatTakesTooMuchForItsTokensEndsAndNoOtherDoes() {
    Structure structure = Structure.of(Format.regex("([a-z]?){3000}x"), Texts.BYTES);
    byte[] token = "a".repeat(350).getBytes(StandardCharsets.US_ASCII);
    Allowance allowance = new Allowance();
    Position position = structure.after(structure.start(), token, 0, allowance);
    allowance.next();
    assertThatThrownBy(() -> structure.after(position, token, 0, allowance))
        .isInstanceOf(InputException.class)
        .hasMessageMatching(".*takes more than \\d+ steps for a token, expected something less.*");
    assertThat(structure.after(position, token, 0, new Allowance()).goesOn()).isTrue();
  }
}
