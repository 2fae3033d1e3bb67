package dev.chainrule.experiments.cli;

import dev.chainrule.base.InputException;
import dev.chainrule.core.train.DivergenceException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
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
  private static final Pattern ENUM_CHOICES =
      Pattern.compile("expected one of \\[(.*)] \\(case-insensitive\\)");

  @Override
  public int handleParseException(ParameterException exception, String[] args) {
    CommandLine command = exception.getCommandLine();
    PrintWriter err = command.getErr();
    err.println("error: " + withChoicesAsTyped(String.valueOf(exception.getMessage())));
    UnmatchedArgumentException.printSuggestions(exception, err);
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
    err.println("error: " + sentence(exception));
    if (parsed.originalArgs().contains("--stacktrace")) {
      exception.printStackTrace(err);
    }
    return FAILURE;
  }

  /** Picocli lists the values of an enum in capitals; the help and the user write them small. */
  private static String withChoicesAsTyped(String message) {
    return ENUM_CHOICES
        .matcher(message)
        .replaceFirst(match -> "expected one of " + match.group(1).toLowerCase(Locale.ROOT));
  }

  private static String sentence(Exception exception) {
    return switch (exception) {
      case InputException e -> String.valueOf(e.getMessage());
      case DivergenceException e -> String.valueOf(e.getMessage());
      case NoSuchFileException e -> e.getFile() + ": no such file or folder.";
      case AccessDeniedException e -> e.getFile() + ": permission denied.";
      case FileSystemException e -> e.getMessage() + " (" + e.getClass().getSimpleName() + ").";
      case FileNotFoundException e -> e.getMessage() + ".";
      case IOException e -> "input or output failed: " + e.getMessage() + ".";
      default -> "internal error, " + exception + "; --stacktrace tells where.";
    };
  }
}
