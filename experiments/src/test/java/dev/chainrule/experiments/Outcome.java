package dev.chainrule.experiments;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Exit code of a command, what went to standard output, and error messages. */
record Outcome(int code, String out, String err) {
  /** Runs a command in this JVM. */
  static Outcome of(String... args) {
    StringWriter err = new StringWriter();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream standardOutput = System.out;
    try {
      System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
      int code = Main.commandLine().setErr(new PrintWriter(err, true)).execute(args);
      return new Outcome(code, out.toString(StandardCharsets.UTF_8), err.toString());
    } finally {
      System.setOut(standardOutput);
    }
  }

  JsonNode json() {
    return JsonMapper.shared().readTree(out);
  }

  /** That it failed with a sentence that has these words. */
  static void assertFailure(int code, List<String> words, Outcome outcome) {
    assertThat(outcome.code).as(outcome.err).isEqualTo(code);
    assertThat(outcome.err).startsWith("error: ").contains(words).doesNotContain("\tat ");
  }
}
