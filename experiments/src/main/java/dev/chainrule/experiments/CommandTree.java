package dev.chainrule.experiments;

import dev.chainrule.experiments.cli.Failures;
import java.util.Arrays;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IFactory;
import picocli.CommandLine.Model.CommandSpec;

/**
 * The tree of commands, whole or no more of it than a line of words asks for: to read the options
 * of fifty commands takes longer than some commands run.
 */
final class CommandTree {
  private static final IFactory FACTORY = CommandLine.defaultFactory();

  private CommandTree() {}

  /** Every command. */
  static CommandLine whole() {
    return ready(new CommandLine(new Main()));
  }

  /** What is needed to execute these words, or to say what is wrong with them. */
  static CommandLine of(String... words) {
    String first = words.length == 0 ? "" : words[0];
    if (first.startsWith("@")) {
      return whole(); // A file of words.
    }
    CommandSpec root = alone(new Main());
    Optional<Class<?>> named = named(Main.class, first);
    if (named.isEmpty()) {
      // The words are none, wrong, or ask for help, which has a line for each of them.
      for (Class<?> each : annotation(Main.class).subcommands()) {
        root.addSubcommand(annotation(each).name(), alone(create(each)));
      }
      return ready(new CommandLine(root));
    }
    Class<?> group = named.get();
    Optional<Class<?>> verb = words.length < 2 ? Optional.empty() : named(group, words[1]);
    if (verb.isEmpty()) {
      root.addSubcommand(first, new CommandLine(create(group)));
    } else {
      CommandSpec above = alone(create(group));
      root.addSubcommand(first, above);
      above.addSubcommand(words[1], new CommandLine(create(verb.get())));
    }
    return ready(new CommandLine(root));
  }

  private static CommandLine ready(CommandLine line) {
    Failures failures = new Failures();
    return line.setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(failures)
        .setExecutionExceptionHandler(failures);
  }

  /** A command without its options and without those below it. */
  private static CommandSpec alone(Object command) {
    CommandSpec spec = CommandSpec.wrapWithoutInspection(command);
    Command annotation = annotation(command.getClass());
    spec.updateCommandAttributes(annotation, FACTORY);
    return spec.mixinStandardHelpOptions(annotation.mixinStandardHelpOptions());
  }

  private static Optional<Class<?>> named(Class<?> above, String name) {
    return Arrays.stream(annotation(above).subcommands())
        .filter(each -> annotation(each).name().equals(name))
        .findFirst();
  }

  private static Command annotation(Class<?> command) {
    return command.getAnnotation(Command.class);
  }

  private static Object create(Class<?> command) {
    try {
      return FACTORY.create(command);
    } catch (Exception e) {
      throw new IllegalStateException(command + " cannot be made", e);
    }
  }
}
