package dev.chainrule.text.structure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chainrule.base.InputException;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GbnfTest {
  /** llama.cpp's grammar of JSON, as its users have it. */
  private static final Format JSON =
      Format.grammar(
          """
          root   ::= object
          value  ::= object | array | string | number | ("true" | "false" | "null") ws

          object ::=
            "{" ws (
                      string ":" ws value
              ("," ws string ":" ws value)*
            )? "}" ws

          array  ::=
            "[" ws (
                      value
              ("," ws value)*
            )? "]" ws

          string ::=
            "\\"" (
              [^"\\\\\\x7F\\x00-\\x1F] |
              "\\\\" (["\\\\bfnrt] | "u" [0-9a-fA-F]{4}) # escapes
            )* "\\"" ws

          number ::= ("-"? ([0-9] | [1-9] [0-9]{0,15})) ("." [0-9]+)? ([eE] [-+]? [0-9] [1-9]{0,15})? ws

          # Optional space: by convention, applied in this grammar after literal chars when allowed
          ws ::= | " " | "\\n" [ \\t]{0,20}
          """);

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '\'',
      value = {
        "{}; true",
        "{\"a\": [1, -2.5e3, {\"b\": \"\\u00e9\u20ac\"}], \"c\": null}; true",
        "{\"a\":1,}; false",
        "[1]; false",
        "{\"a\": 01}; false",
        "{\"a; false"
      })
  void llamasOwnGrammarOfJsonIsRead(String text, boolean expected) {
    assertThat(Texts.isIn(JSON, text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '\'',
      value = {
        "root ::= [a-c]+ 'x'{2} [^b]?; false",
        "root ::= (\"a\" | b)* c\\n"
            + " b ::= \"x\" | \\n"
            + " \"y\"\\n"
            + "  | \"z\" # end\\n"
            + "c ::= \"\\x41\\u00e9\\U0001F600\"; axzyA\u00e9\ud83d\ude00",
        "root ::= [\\]\\-\\\\a]{2,}; ]-\\a",
        "root ::= \"a\"{,2} . \"b\"{1, 2}; axb",
        "\\nroot::=(\"[\" root \"]\")?\\r\\n; [[[[]]]]",
        "root ::= a | \"n\" root-2\\nroot-2 ::= root \"m\"\\na ::= \"\"; nnnmmm"
      })
  void rulesMeanWhatTheyMeanToLlama(String grammar, String text) {
    Format format = Format.grammar(grammar.replace("\\n", "\n").replace("\\r", "\r"));
    if (text.equals("false")) {
      assertThatThrownBy(() -> Structure.of(format, Texts.BYTES))
          .isInstanceOf(InputException.class);
    } else {
      assertThat(Texts.isIn(format, text)).isTrue();
      assertThat(Texts.isIn(format, text + "?")).isFalse();
    }
  }

  @Test
  void deepTextsAreRead() {
    Format format = Format.grammar("root ::= \"(\" root \")\" | \"x\"");
    String text = "(".repeat(20_000) + "x" + ")".repeat(20_000);
    assertThat(Texts.isIn(format, text)).isTrue();
    assertThat(Texts.isIn(format, text + ")")).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '\'',
      value = {
        "; has no rule \"root\", expected one",
        "# nothing; has no rule \"root\", expected one",
        "main ::= \"a\"; has no rule \"root\", expected one",
        "root ::= \"a\" b; 1: the rule \"b\" that is not there, expected a rule of that name",
        "root ::= \"a\"\\n"
            + "root ::= \"b\"; 2: the rule \"root\" again, expected it once, as in line 1",
        "root = \"a\"; 1: \"=\", expected \"::=\" after the name of a rule",
        "root ::= \"a; 1: the end, expected \"\"\" at the end of a text",
        "root ::= (\"a\"\\n; 2: the end, expected \")\" for each \"(\"",
        "root ::= [a; 1: the end, expected \"]\" for each \"[\"",
        "root ::= \"a\"{3,1}; 1: {3,1}, expected no fewer at most than at least",
        "root ::= \"\\q\"; 1: \"\\q\", expected \\n",
        "root ::= <think>; 1: \"<\", expected texts: tokens in grammars are not supported",
        "root ::= root \"a\" | \"a\"; : the rule \"root\" begins with itself",
        "root ::= e x\\n"
            + "x ::= y \"a\"\\n"
            + "y ::= e x\\n"
            + "e ::= \"\" | \"b\"; : the rule \"x\" begins with itself",
        "root ::= \"a\" root; : no text of finite length is in it",
        "root ::= []; : no text of finite length is in it",
        "root ::= \"\"; : only the empty text is in it"
      })
  void whatIsNoneIsRefusedByLine(String grammar, String found) {
    Format format = Format.grammar(grammar == null ? "" : grammar.replace("\\n", "\n"));
    assertThatThrownBy(() -> Structure.of(format, Texts.BYTES).begin(Set.of()))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("the grammar:")
        .hasMessageContaining(found);
  }

  @Test
  void textsThatTheModelHasNoTokensForAreRefused() {
    Vocabulary few = Vocabulary.of(Pieces.of("a", "b"));
    assertThatThrownBy(() -> Structure.of(Format.grammar("root ::= \"a\" [c-x]"), few))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(
            "no text in it can be written in the characters that the model knows");
  }

  @Test
  void moreWaysThanCanBeHeldAreRefused() {
    Format format = Format.grammar("root ::= s\ns ::= \"a\" s s s | \"a\" s | \"a\"");
    assertThatThrownBy(() -> Texts.isIn(format, "a".repeat(200)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("ways at once");
  }
}
