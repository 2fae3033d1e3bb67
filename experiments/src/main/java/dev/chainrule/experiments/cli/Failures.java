package dev.chainrule.experiments.cli;

import dev.chainrule.core.InputException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
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

  @Override
  public int handleParseException(ParameterException exception, String[] args) {
    CommandLine command = exception.getCommandLine();
    PrintWriter err = command.getErr();
    err.println("error: " + exception.getMessage());
    UnmatchedArgumentException.printSuggestions(exception, err);
    err.println("See ./" + command.getCommandSpec().qualifiedName(" ") + " --help");
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

  private static String sentence(Exception exception) {
    return switch (exception) {
      case InputException e -> String.valueOf(e.getMessage());
      case NoSuchFileException e -> e.getFile() + ": no such file or folder.";
      case AccessDeniedException e -> e.getFile() + ": permission denied.";
      case FileSystemException e -> e.getMessage() + " (" + e.getClass().getSimpleName() + ").";
      case FileNotFoundException e -> e.getMessage() + ".";
      case IOException e -> "input or output failed: " + e.getMessage() + ".";
      default -> "internal error, " + exception + "; --stacktrace tells where.";
    };
  }
}
