package dev.chainrule.base;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class InputExceptionTest {
  @Test
  void whatIsQuotedCannotBreakTheLine() {
    assertThat(
            new InputException(
                "a.csv: has \"x\r\ny\t\u001b[2J\u202e\u2028\ud800\", expected a\u00e9\ud83d\ude00"))
        .hasMessage(
            "a.csv: has \"x\\r\\ny\\t\\u001b[2J\\u202e\\u2028\\ud800\", expected a\u00e9\ud83d\ude00");
  }

  @Test
  void aLongSentenceKeepsItsBeginningAndItsEnd() {
    for (String cell : new String[] {"x".repeat(5_000_000), "\n".repeat(990), "\n".repeat(3000)}) {
      String message =
          new InputException("a.csv:3: has " + cell + ", expected a number").getMessage();
      assertThat(message)
          .hasSizeLessThanOrEqualTo(InputException.MAX_LENGTH)
          .startsWith("a.csv:3: has ")
          .contains(" ... ")
          .endsWith(", expected a number");
    }
    String most = "x".repeat(InputException.MAX_LENGTH);
    assertThat(new InputException(most)).hasMessage(most);
  }
}
