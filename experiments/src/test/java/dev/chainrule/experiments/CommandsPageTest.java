package dev.chainrule.experiments;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chainrule.experiments.cli.Verb;
import java.io.IOException;
import java.lang.reflect.Array;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * {@code docs/commands.md} is what the command line says of itself. Where the page differs, what it
 * should be is written to {@code target}.
 */
class CommandsPageTest {
  private static final String HEAD =
      """
      # The command line, command by command

      What `--help` says, of all commands on one page, made from the program by a test. A line is the launcher,
      a module, a verb, and options in any order; [Getting started](getting-started.md) has some.

      """;

  private static final Set<String> COMMON =
      Set.of("--seed", "--out", "--json", "--engine", "--threads", "--stacktrace");

  /** What depends on the machine. */
  private static final Map<String, String> DEFAULTS = Map.of("--threads", "all processors");

  @Test
  void thePageIsWhatTheCommandLineSays() throws IOException {
    String now = page();
    Path page = ProjectFolder.root().resolve("docs/commands.md");
    String written = Files.exists(page) ? Files.readString(page) : "";
    if (!written.equals(now)) {
      Path should = Files.createDirectories(Path.of("target")).resolve("commands.md");
      Files.writeString(should, now);
      assertThat(written.lines().toList())
          .as("docs/commands.md; if the change is meant, copy %s there", should.toAbsolutePath())
          .isEqualTo(now.lines().toList());
    }
  }

  private static String page() {
    CommandLine root = Main.commandLine();
    StringBuilder text = new StringBuilder(HEAD);
    text.append("| command | |\n|---|---|\n");
    for (CommandLine command : root.getSubcommands().values()) {
      String name = command.getCommandName();
      text.append("| [`%s`](#chainrule-%s) | %s |%n".formatted(name, name, does(command)));
    }
    text.append("\n## Options of every command\n\n");
    CommandLine any = Objects.requireNonNull(root.getSubcommands().get("doctor"));
    text.append(options(any.getCommandSpec(), true));
    for (CommandLine command : root.getSubcommands().values()) {
      addCommand(text, command, "##");
    }
    return text.toString();
  }

  private static void addCommand(StringBuilder text, CommandLine command, String heading) {
    CommandSpec spec = command.getCommandSpec();
    text.append("\n%s %s%n%n%s%n".formatted(heading, spec.qualifiedName(" "), does(command)));
    if (command.getCommand() instanceof Verb) {
      String own = options(spec, false);
      text.append(own.isEmpty() ? "" : "\n" + own);
    }
    command.getSubcommands().values().forEach(sub -> addCommand(text, sub, heading + "#"));
  }

  private static String does(CommandLine command) {
    return cell(String.join(" ", command.getCommandSpec().usageMessage().description()));
  }

  /** A table of parameters and options, those that all commands have or the others. */
  private static String options(CommandSpec spec, boolean common) {
    StringBuilder rows = new StringBuilder();
    for (PositionalParamSpec parameter : spec.positionalParameters()) {
      if (!common) {
        rows.append(row("`%s`".formatted(parameter.paramLabel()), parameter, ""));
      }
    }
    for (OptionSpec option : spec.options()) {
      if (option.usageHelp() || option.versionHelp()) {
        continue;
      }
      if (COMMON.contains(option.longestName()) == common) {
        rows.append(row(names(option), option, byDefault(option)));
      }
    }
    return rows.isEmpty() ? "" : "| option | | default |\n|---|---|---|\n" + rows;
  }

  private static String names(OptionSpec option) {
    String label = option.arity().max() == 0 ? "" : " " + cell(option.paramLabel());
    return List.of(option.names()).stream()
        .map(name -> "`" + name + label + "`")
        .collect(Collectors.joining(", "));
  }

  private static String byDefault(OptionSpec option) {
    if (option.required()) {
      return "required";
    }
    String usual = DEFAULTS.get(option.longestName());
    if (usual == null) {
      Object initial =
          option.defaultValue() == null ? option.initialValue() : option.defaultValue();
      usual = initial == null || option.arity().max() == 0 ? "" : words(initial);
    }
    return cell(usual);
  }

  /** A value, or those of an array as they are typed. */
  private static String words(Object value) {
    if (!value.getClass().isArray()) {
      return String.valueOf(value);
    }
    List<String> values = new ArrayList<>();
    for (int i = 0; i < Array.getLength(value); i++) {
      values.add(String.valueOf(Array.get(value, i)));
    }
    return String.join(",", values);
  }

  private static String row(String names, ArgSpec argument, String usual) {
    return "| %s | %s | %s |%n"
        .formatted(names, cell(String.join(" ", argument.description())), usual);
  }

  private static String cell(String text) {
    return text.strip().replace("|", "\\|").replace("<", "&lt;").replaceAll("\\s+", " ");
  }
}
