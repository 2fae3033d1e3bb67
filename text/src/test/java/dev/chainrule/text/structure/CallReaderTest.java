package dev.chainrule.text.structure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chainrule.base.random.CounterRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** What is said and what is called is the same wherever the pieces of an answer are cut. */
class CallReaderTest {
  private static final String MARKS = "<tool_call> </tool_call>";
  private static final String CALL =
      "{\"name\": \"f\", \"arguments\": {\"a\": [\"}\\\\\", \"\\\"]}\", {}], \"b\":2}}";
  private static final String ARGUMENTS = "{\"a\": [\"}\\\\\", \"\\\"]}\", {}], \"b\":2}";

  /** Text and calls of an answer, written down: calls as name(arguments), open ones without ")". */
  private static String read(String source, List<String> pieces) {
    CallReader reader = new CallReader(source);
    StringBuilder text = new StringBuilder();
    List<StringBuilder> calls = new ArrayList<>();
    for (int i = 0; i <= pieces.size(); i++) {
      for (CallReader.Part part :
          i < pieces.size() ? reader.read(pieces.get(i)) : reader.finish()) {
        switch (part) {
          case CallReader.Part.Text more -> text.append(more.text());
          case CallReader.Part.Begin begin -> {
            assertThat(begin.call()).isEqualTo(calls.size());
            calls.add(new StringBuilder(begin.name()).append('('));
          }
          case CallReader.Part.Arguments more -> calls.get(more.call()).append(more.json());
          case CallReader.Part.End end -> calls.get(end.call()).append(')');
        }
      }
    }
    return text + "|" + String.join("|", calls);
  }

  private static void assertRead(String source, String answer, String expected) {
    assertThat(read(source, List.of(answer))).isEqualTo(expected);
    for (int seed = 0; seed < 30; seed++) {
      RandomGenerator random = CounterRandom.of(seed);
      List<String> pieces = new ArrayList<>();
      for (int at = 0; at < answer.length(); ) {
        int to = Math.min(answer.length(), at + 1 + random.nextInt(1 + seed));
        pieces.add(answer.substring(at, to));
        at = to;
      }
      assertThat(read(source, pieces)).as("%s by seed %d", answer, seed).isEqualTo(expected);
    }
  }

  @Test
  void callsBetweenMarksMayComeAfterATextAndAfterEachOther() {
    String call = "<tool_call>\n" + CALL + "\n</tool_call>";
    assertRead(MARKS, call, "|f(" + ARGUMENTS + ")");
    assertRead(MARKS, "Let me look.\n\n" + call, "Let me look.|f(" + ARGUMENTS + ")");
    assertRead(
        MARKS,
        " \n" + call + "\n" + call.replace("\"f\"", "\"g-2\""),
        "|f(" + ARGUMENTS + ")|g-2(" + ARGUMENTS + ")");
  }

  @Test
  void whatIsNoCallIsSaidAsItIs() {
    for (String text :
        new String[] {"", "a", "a < b <tool", "<<tool_calls", " x \n ", "a{\"name\""}) {
      assertRead(MARKS, text, text + "|");
      assertRead("", text, text + "|");
    }
    assertRead("", "see " + CALL, "see " + CALL + "|");
  }

  @Test
  void callsWithoutMarksAreTheWholeAnswer() {
    assertRead("", CALL, "|f(" + ARGUMENTS + ")");
    assertRead(
        "",
        CALL.replace(": ", ":").replace(", \"arg", ",\"arg"),
        "|f(" + ARGUMENTS.replace(": ", ":") + ")");
  }

  @Test
  void callsThatWereCutAreThereAsFarAsTheyCame() {
    assertRead("", "{\"name\": \"f\", \"arguments\": {\"a\": \"}", "|f({\"a\": \"}");
    assertRead("", "{\"name\": \"f\", \"argu", "|");
    assertRead(MARKS, "Look <tool_call>\n{\"na", "Look|");
  }

  @Test
  void answersMayBeFreeUntilTheyCall() {
    Tools tools = Tools.parse("[{\"type\":\"function\",\"function\":{\"name\":\"now\"}}]", "tools");
    String call = "\n{\"name\":\"now\",\"arguments\":{}}\n</tool_call>";
    String begin = "<tool_call>";
    Structure one = Structure.of(tools.format(MARKS, false, false), Texts.BYTES);
    Structure many = Structure.of(tools.format(MARKS, false, true), Texts.BYTES);
    Structure must = Structure.of(tools.format(MARKS, true, true), Texts.BYTES);
    for (String text :
        new String[] {"", "Hi", "<tool", "<<tool_cal<", "<tool_call", "\u00e9<\ud83d\ude00"}) {
      assertThat(Texts.isIn(one, text)).as(text).isTrue();
      assertThat(Texts.isIn(must, text)).as(text).isFalse();
      assertThat(Texts.isIn(one, text + begin + call)).as(text).isTrue();
      assertThat(Texts.isIn(one, text + begin + "x")).as(text).isFalse();
    }
    String two = begin + call + "\n" + begin + call;
    assertThat(Texts.isIn(one, two)).isFalse();
    assertThat(Texts.isIn(many, two)).isTrue();
    assertThat(Texts.isIn(must, two)).isTrue();
    Structure plain = Structure.of(tools.format("", false, true), Texts.BYTES);
    assertThat(Texts.isIn(plain, "{\"name\": \"now\", \"arguments\": {}}")).isTrue();
    assertThat(Texts.isIn(plain, "{}")).isFalse();
    assertThat(Texts.isIn(plain, "It is {}")).isTrue();
  }
}
