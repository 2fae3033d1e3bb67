package dev.chainrule.experiments;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class CommandLineTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int execute(String... args) {
    return Main.commandLine()
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

  private static void collect(CommandLine command, List<CommandLine> all) {
    all.add(command);
    command.getSubcommands().values().forEach(sub -> collect(sub, all));
  }
}
