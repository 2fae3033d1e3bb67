package dev.chainrule.text.structure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chainrule.base.InputException;
import dev.chainrule.base.random.CounterRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Regular expressions match what the JDK's match. */
class RegexTest {
  private static final long SEED = Long.getLong("structure.seed", 7);
  private static final int EXPRESSIONS = Integer.getInteger("structure.expressions", 300);
  private static final String LETTERS = "abcdxAB019_ .-\u00e9\u4e2d\n\t";

  private static final String[] ATOMS = {
    "a",
    "b",
    "c",
    "\\d",
    "\\w",
    "\\s",
    ".",
    "[ab]",
    "[^ab]",
    "[a-c\\d]",
    "[^\\da]",
    "\\.",
    "-",
    "\\x61",
    "\\u0062",
    "\u00e9",
    "[\u00e9\u4e2d]",
    "\\n",
    "[^a-\u00f0]",
    "(?:ab|c)",
    "(x)",
    "(?:a|)",
    "\\-",
    "[\\]a-]",
    "\\p{Lu}"
  };

  private static final String[] TIMES = {
    "", "", "", "*", "+", "?", "*?", "{2}", "{1,3}", "{2,}", "{0,2}?"
  };

  private static String expression(RandomGenerator random, int depth) {
    StringBuilder expression = new StringBuilder();
    int parts = 1 + random.nextInt(4);
    for (int i = 0; i < parts; i++) {
      if (i > 0 && random.nextInt(5) == 0) {
        expression.append('|');
      }
      boolean group = depth > 0 && random.nextInt(4) == 0;
      expression.append(
          group ? "(" + expression(random, depth - 1) + ")" : ATOMS[random.nextInt(ATOMS.length)]);
      expression.append(TIMES[random.nextInt(TIMES.length)]);
    }
    return expression.toString();
  }

  @Test
  void expressionsMatchWhatThoseOfTheJdkMatch() {
    int matched = 0;
    int not = 0;
    for (int number = 0; number < EXPRESSIONS; number++) {
      RandomGenerator random = CounterRandom.of(SEED, number);
      String expression = expression(random, 2);
      Pattern oracle = Pattern.compile(expression);
      Structure structure = Structure.of(Format.regex(expression), Texts.BYTES);
      for (String text : texts(random)) {
        boolean expected = oracle.matcher(text).matches();
        assertThat(Texts.isIn(structure, text))
            .as("expression %d of seed %d: %s on \"%s\"", number, SEED, expression, text)
            .isEqualTo(expected);
        matched += expected ? 1 : 0;
        not += expected ? 0 : 1;
      }
    }
    assertThat(matched).isGreaterThan(EXPRESSIONS);
    assertThat(not).isGreaterThan(EXPRESSIONS);
  }

  private static List<String> texts(RandomGenerator random) {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      int kinds = i % 2 == 0 ? 3 : LETTERS.length();
      StringBuilder text = new StringBuilder();
      int length = random.nextInt(6);
      for (int k = 0; k < length; k++) {
        text.append(LETTERS.charAt(random.nextInt(kinds)));
      }
      texts.add(text.toString());
    }
    return texts;
  }

  @ParameterizedTest
  @CsvSource({"^ab$, ab", "^a|b$, a", "(ab), ab", "a{1000000}b?, ''"})
  void anchorsAtTheEndsOfAlternativesSayNothingNew(String expression, String text) {
    assertThat(Texts.isIn(Format.regex(expression), text)).isEqualTo(!text.isEmpty());
  }

  @Test
  void countsTakeNoMemory() {
    Structure structure = Structure.of(Format.regex("(a{1000}b?){2,900000}"), Texts.BYTES);
    assertThat(Texts.isIn(structure, ("a".repeat(1000) + "b").repeat(3))).isTrue();
    assertThat(Texts.isIn(structure, "a".repeat(1999))).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "a(b; the end at character 4",
        "ab); \")\" without \"(\" at character 3",
        "[a; the end at character 3",
        "a**; a second \"*\" at character 3",
        "a++; a second \"+\" at character 3",
        "*a; \"*\" at character 1",
        "(?=a)b; looking ahead at character 3",
        "(?<!a)b; looking behind at character 4",
        "(a)\\1; a reference back at character 5",
        "\\ba; a word boundary at character 2",
        "(?i)a; \"(?\" at character 3",
        "a^b; \"^\" at character 2",
        "(a$)b; \"$\" at character 3",
        "a{3,1}; {3,1} at character 7",
        "a{99999999999}; a repetition of more than 1000000 times at character 10",
        "a{b}; \"{\" without a number at character 3",
        "[b-a]; a range that has no end at character 5",
        "[a[b]]; \"[\" in a class at character 3",
        "[a&&b]; \"&&\" in a class at character 3",
        "\\q; \"\\q\" at character 2",
        "\\x4; a number of fewer digits at character 4",
        "\\uD800; half a surrogate pair at character 7",
        "\\p{Greek}; \\p{Greek} at character 10",
        "a\\; \"\\\" at the end at character 3"
      })
  void whatIsNoneOrNotRegularIsRefusedByPlace(String expression, String found) {
    assertThatThrownBy(() -> Structure.of(Format.regex(expression), Texts.BYTES))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("the regular expression: " + found + ", expected ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[^\\s\\S]", "a[]", "\\p{Cn}{0}[^\\w\\W]"})
  void expressionsThatMatchNothingAreRefused(String expression) {
    assertThatThrownBy(() -> Structure.of(Format.regex(expression), Texts.BYTES))
        .isInstanceOf(InputException.class);
  }

  @Test
  void deepGroupsAreRefused() {
    String deep = "(".repeat(10_000) + "a" + ")".repeat(10_000);
    assertThatThrownBy(() -> Structure.of(Format.regex(deep), Texts.BYTES))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("more than 250 groups in each other");
  }
}
