package dev.chainrule.experiments.cli;

import dev.chainrule.base.InputException;
import dev.chainrule.core.engine.DeviceException;
import dev.chainrule.core.train.DivergenceException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * How a command that went wrong ends: one sentence on standard error, and exit code 2 for wrong
 * usage, 1 for any other failure.
 */
public final class Failures implements IParameterExceptionHandler, IExecutionExceptionHandler {
  private static final int USAGE = 2;
  private static final int FAILURE = 1;
  private static final Pattern JAVA_TYPE =
      Pattern.compile("'(.*)' is not an? (int|long|float|double)\\b", Pattern.DOTALL);
  private static final Pattern ENUM_CHOICES =
      Pattern.compile("expected one of \\[(.*)] \\(case-insensitive\\)");

  @Override
  public int handleParseException(ParameterException exception, String[] args) {
    CommandLine command = exception.getCommandLine();
    PrintWriter err = command.getErr();
    ParameterException shown = misspelt(exception);
    err.println(
        "error: " + line(withTypesInWords(withChoicesAsTyped(String.valueOf(shown.getMessage())))));
    UnmatchedArgumentException.printSuggestions(shown, err);
    boolean verbMissing =
        exception.getClass() == ParameterException.class && !(command.getCommand() instanceof Verb);
    if (verbMissing) {
      command.usage(err);
    } else {
      err.println("See ./" + command.getCommandSpec().qualifiedName(" ") + " --help");
    }
    for (String arg : args) {
      if (arg.equals("--stacktrace")) {
        exception.printStackTrace(err);
      }
    }
    return USAGE;
  }

  @Override
  public int handleExecutionException(
      Exception exception, CommandLine command, ParseResult parsed) {
    PrintWriter err = command.getErr();
    if (exception instanceof ParameterException usage) {
      return handleParseException(usage, parsed.originalArgs().toArray(String[]::new));
    }
    err.println("error: " + line(sentence(exception)));
    if (parsed.originalArgs().contains("--stacktrace")) {
      exception.printStackTrace(err);
    }
    return FAILURE;
  }

  /** What is missing or not understood may be a misspelt option, which says more. */
  private static ParameterException misspelt(ParameterException exception) {
    CommandLine command = exception.getCommandLine();
    List<String> unmatched = command.getUnmatchedArguments();
    if (exception instanceof UnmatchedArgumentException
        && !(command.getCommand() instanceof Verb)
        && !unmatched.isEmpty()
        && !unmatched.getFirst().startsWith("-")) {
      String word = unmatched.getFirst();
      Set<String> known = command.getSubcommands().keySet();
      return new ParameterException(
          command,
          "Unknown command %s; %s."
              .formatted(
                  word,
                  Spelling.nearest(word, known)
                      .map(nearest -> "the nearest is " + nearest)
                      .orElse("expected one of " + String.join(", ", known))));
    }
    Optional<String> unknown =
        unmatched.stream()
            .filter(a -> a.startsWith("-") && a.length() > 1)
            .map(a -> a.replaceFirst("=.*", ""))
            .findFirst();
    boolean parsing =
        exception instanceof MissingParameterException
            || exception instanceof UnmatchedArgumentException;
    if (!parsing || unknown.isEmpty()) {
      return exception;
    }
    String nearest =
        Spelling.nearest(unknown.get(), command.getCommandSpec().optionsMap().keySet())
            .map(option -> "; the nearest is " + option)
            .orElse("");
    return new ParameterException(command, "Unknown option " + unknown.get() + nearest + ".");
  }

  /** A message on one line, and no longer than one can read. */
  private static String line(String message) {
    return String.valueOf(new InputException(message).getMessage());
  }

  /** Picocli names a number's type as Java does; a person wants to know what to write. */
  public static String withTypesInWords(String message) {
    return JAVA_TYPE
        .matcher(message)
        .replaceFirst(
            match ->
                Matcher.quoteReplacement(
                    "found %s, expected a %s"
                        .formatted(
                            match.group(1),
                            match.group(2).matches("int|long") ? "whole number" : "number")));
  }

  /** Picocli lists the values of an enum in capitals; the help and the user write them small. */
  private static String withChoicesAsTyped(String message) {
    return ENUM_CHOICES
        .matcher(message)
        .replaceFirst(match -> "expected one of " + asTyped(match.group(1).split(", ")));
  }

  /** Of a name and the way it is typed, picocli lists both where they differ. */
  private static String asTyped(String... choices) {
    Set<String> typed = new LinkedHashSet<>();
    for (String choice : choices) {
      typed.add(choice.toLowerCase(Locale.ROOT));
    }
    typed.removeIf(c -> c.contains("_") && typed.contains(c.replace('_', '-')));
    return String.join(", ", typed);
  }

  /** What a failure is to a person, in one sentence. */
  public static String sentence(Exception exception) {
    return switch (exception) {
      case InputException e -> String.valueOf(e.getMessage());
      case DivergenceException e -> String.valueOf(e.getMessage());
      case DeviceException e -> e.getMessage() + ".";
      case NoSuchFileException e -> e.getFile() + ": no such file or folder.";
      case AccessDeniedException e -> e.getFile() + ": permission denied.";
      case FileSystemException e -> e.getMessage() + " (" + e.getClass().getSimpleName() + ").";
      case FileNotFoundException e -> e.getMessage() + ".";
      case IOException e -> "input or output failed: " + e.getMessage() + ".";
      default -> "internal error, " + exception + "; --stacktrace tells where.";
    };
  }
}
