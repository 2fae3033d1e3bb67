package dev.chainrule.experiments;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.AutoComplete;
import picocli.CommandLine;

class CommandLineTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int execute(String... args) {
    return CommandTree.of(args)
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(args);
  }

  @Test
  void helpListsTheCommandsAndEndsWithZero() {
    assertThat(execute("--help")).isZero();
    assertThat(out.toString()).contains("doctor", "bench", "completion");
  }

  @Test
  void aMisspeltCommandIsAUsageErrorWithASuggestion() {
    assertThat(execute("docter")).isEqualTo(2);
    assertThat(err.toString()).contains("Unknown command docter; the nearest is doctor.");
    assertThat(execute("text", "trian", "--out", "x")).isEqualTo(2);
    assertThat(err.toString()).contains("Unknown command trian; the nearest is train.");
    assertThat(execute("text", "dance")).isEqualTo(2);
    assertThat(err.toString()).contains("Unknown command dance; expected one of ");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void aMisspeltOptionIsAUsageErrorWithASuggestion() {
    assertThat(execute("doctor", "--thread", "2")).isEqualTo(2);
    assertThat(err.toString()).contains("Unknown option --thread; the nearest is --threads.");
    assertThat(execute("arima", "auto", "--dta", "x", "--seson=12")).isEqualTo(2);
    assertThat(err.toString()).contains("Unknown option --dta; the nearest is --data.");
    assertThat(execute("doctor", "--quietly-please")).isEqualTo(2);
    assertThat(err.toString()).contains("Unknown option --quietly-please.");
  }

  @Test
  void aWrongTypeNamesTheOptionAndTheValue() {
    assertThat(execute("doctor", "--threads", "two")).isEqualTo(2);
    assertThat(err.toString()).contains("--threads").contains("two");
    assertThat(err.toString()).doesNotContain("\tat ");
  }

  @Test
  void noThreadsAreAUsageError() {
    assertThat(execute("doctor", "--threads", "0")).isEqualTo(2);
    assertThat(err.toString()).contains("--threads: found 0, expected a whole number from 1");
  }

  @Test
  void anUnknownEngineListsTheKnownOnes() {
    assertThat(execute("doctor", "--engine", "abacus")).isEqualTo(2);
    assertThat(err.toString()).contains("abacus").contains("auto, vector, cuda");
  }

  @Test
  void choicesAreListedAsTheyAreTyped() {
    assertThat(execute("text", "train", "--preset", "x")).isEqualTo(2);
    assertThat(err.toString()).contains("expected one of nano-cpu, baby but was 'x'");
  }

  @Test
  void noCommandPrintsTheHelpAndIsAUsageError() {
    assertThat(execute()).isEqualTo(2);
    assertThat(err.toString()).contains("Commands:").contains("doctor");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void everyVerbHasTheCommonOptionsAndADescription() {
    List<CommandLine> commands = new ArrayList<>();
    collect(Main.commandLine(), commands);
    for (CommandLine command : commands) {
      String name = command.getCommandSpec().qualifiedName(" ");
      assertThat(command.getCommandSpec().usageMessage().description()).as(name).isNotEmpty();
      if (command.getCommand() instanceof dev.chainrule.experiments.cli.Verb) {
        assertThat(command.getCommandSpec().optionsMap().keySet())
            .as(name)
            .contains("--seed", "--out", "--json", "--engine", "--threads", "--stacktrace");
      }
      for (CommandLine.Model.OptionSpec option : command.getCommandSpec().options()) {
        assertThat(option.description()).as(name + " " + option.longestName()).isNotEmpty();
      }
    }
  }

  @Test
  void theTreeOfALineSaysWhatTheWholeOneSays() {
    List<CommandLine> commands = new ArrayList<>();
    CommandLine whole = Main.commandLine();
    collect(whole, commands);
    assertThat(commands).hasSizeGreaterThan(40);
    for (CommandLine command : commands) {
      List<String> words = words(command);
      for (String last : List.of("--help", "--version", "--no-such-option", "no-such-command")) {
        String[] line = Stream.concat(words.stream(), Stream.of(last)).toArray(String[]::new);
        assertThat(said(CommandTree.of(line), line))
            .as(String.join(" ", line))
            .isEqualTo(said(whole, line));
      }
    }
  }

  /** The words that name a command. */
  private static List<String> words(CommandLine command) {
    String[] all = command.getCommandSpec().qualifiedName(" ").split(" ");
    return List.of(all).subList(1, all.length);
  }

  /** Exit code, output and errors of a line that does nothing. */
  private static String said(CommandLine tree, String... line) {
    StringWriter text = new StringWriter();
    PrintWriter writer = new PrintWriter(text, true);
    int code = tree.setOut(writer).setErr(writer).execute(line);
    return text.append(String.valueOf(code)).toString();
  }

  @Test
  void completionKnowsEveryCommand() {
    PrintStream standardOutput = System.out;
    ByteArrayOutputStream script = new ByteArrayOutputStream();
    try {
      System.setOut(new PrintStream(script, true, StandardCharsets.UTF_8));
      assertThat(execute("completion")).isZero();
    } finally {
      System.setOut(standardOutput);
    }
    assertThat(script.toString(StandardCharsets.UTF_8))
        .isEqualTo(AutoComplete.bash("chainrule", Main.commandLine()) + System.lineSeparator());
  }

  private static void collect(CommandLine command, List<CommandLine> all) {
    all.add(command);
    command.getSubcommands().values().forEach(sub -> collect(sub, all));
  }
}
