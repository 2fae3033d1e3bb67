package dev.chainrule.experiments.cli;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.AtomicFile;
import dev.chainrule.core.run.GivenOptions;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * One command that does something, for instance {@code chainrule text train}. It declares its own
 * options as picocli fields and implements {@link #run()}; the common options, the JSON object,
 * error messages, exit codes and Ctrl-C come from here.
 *
 * <p>Of its fields, options without an initial value and not required are null when not given and
 * must be marked {@code @Nullable}.
 */
@Command
public abstract class Verb implements Callable<Integer> {
  private static final Pattern FIRST_WORD = Pattern.compile("\\A[a-z][a-z0-9_]*(?=[: ])");

  @Mixin private CommonOptions common;
  @Spec private CommandSpec spec;
  private @Nullable PrintStream console;

  /**
   * Does the work; prints what a person wants to read to {@link #output()}.
   *
   * @return what {@code --json} prints beside the common keys: a record or a map, whose keys are
   *     written in snake_case
   * @throws InputException if something that the user gave cannot be used
   * @throws Exception if the work fails otherwise
   */
  protected abstract Object run() throws Exception;

  /** What the process ends with after {@link #run()}: 0 unless the result itself is a failure. */
  protected int exitCode() {
    return 0;
  }

  /**
   * What {@code --out} names. It is checked before {@link #run()}, and written by it, but for a
   * report.
   */
  protected Target target() {
    return new Target.Report();
  }

  /** Where the result goes: what {@code --out} says, or else the usual place; null for nowhere. */
  protected final @Nullable Path out() {
    return target().path(common.out());
  }

  /**
   * Refuses a file that an option beside {@code --out} names and that cannot be written.
   *
   * @param path null if the option was not given
   * @param endings of the names of the formats in which it can be written
   */
  protected final void requireWritable(String option, @Nullable Path path, String... endings)
      throws IOException {
    if (path != null) {
      try {
        Target.requireFile(option, path, List.of(endings));
      } catch (IllegalArgumentException e) {
        throw usage(e);
      }
    }
  }

  /** A part of the work. */
  @FunctionalInterface
  protected interface Part<T> {
    /** Does it. */
    T run() throws IOException;
  }

  /** Runs a part of this command whose text for people goes elsewhere than to the console. */
  protected final <T> T within(PrintStream text, Part<T> part) throws IOException {
    console = text;
    try {
      return part.run();
    } finally {
      console = null;
    }
  }

  /**
   * Runs this command, whose options were read, as a part of another one: that has locked what is
   * written, and hears of signals.
   *
   * @param text gets what the command has to say to people
   * @return what {@code --json} would print beside the common keys
   */
  public final Object runWithin(PrintStream text) throws Exception {
    console = text;
    try {
      return run();
    } finally {
      console = null;
    }
  }

  /** The options that every command has. */
  protected final CommonOptions common() {
    return common;
  }

  /** The words of the command line that this command was made from. */
  protected final List<String> words() {
    return List.copyOf(spec.root().commandLine().getParseResult().originalArgs());
  }

  /** The same words for another folder, and another machine that sees the same files. */
  protected final List<String> portableWords() {
    return OptionValues.portable(spec, words());
  }

  /** What an option was given as, before it was read as a path; null if it was not given. */
  protected final @Nullable String text(String option) {
    var found = spec.commandLine().getParseResult().matchedOption(option);
    return found == null ? null : found.originalStringValues().getFirst();
  }

  /** All options of this command, as they were given or by default. */
  protected final GivenOptions options() {
    return OptionValues.of(spec);
  }

  /** Where text for people goes: standard output, or standard error with {@code --json}. */
  protected final PrintStream output() {
    PrintStream elsewhere = console;
    if (elsewhere != null) {
      return elsewhere;
    }
    return common.json() ? System.err : System.out;
  }

  /**
   * True once the user asked the command to stop (Ctrl-C, SIGTERM). A long loop asks now and then,
   * saves what it has and returns; the process ends with 130 (143) then.
   */
  protected final boolean stopRequested() {
    return StopRequest.isRequested();
  }

  /**
   * A usage error (exit code 2) for an option of this command.
   *
   * @param option its name, for instance {@code "--top-p"}
   * @param found the value given
   * @param expected what is allowed, for instance {@code "a number above 0 and at most 1"}
   */
  protected final ParameterException badOption(String option, Object found, String expected) {
    return new ParameterException(
        spec.commandLine(), option + ": found " + found + ", expected " + expected + ".");
  }

  /**
   * Builds a value (most often a config record) from options, so that an {@link
   * IllegalArgumentException} with which it refuses them is a usage error (exit code 2).
   */
  protected final <T> T fromOptions(Supplier<T> construction) {
    try {
      return construction.get();
    } catch (IllegalArgumentException e) {
      throw usage(e);
    }
  }

  /**
   * What refused the options, as a usage error (exit code 2). The library names what it refuses as
   * {@code learning_rate}; where an option has that name, the message names the option.
   */
  protected final ParameterException usage(IllegalArgumentException e) {
    String message = String.valueOf(e.getMessage());
    Matcher first = FIRST_WORD.matcher(message);
    if (first.find()) {
      String option = "--" + first.group().replace('_', '-');
      if (spec.findOption(option) != null) {
        message = option + message.substring(first.end());
      }
    }
    return new ParameterException(spec.commandLine(), message, e);
  }

  @Override
  @SuppressWarnings("try") // the lock is held, not used
  public final Integer call() throws Exception {
    if (common.threads() < 1) {
      throw badOption("--threads", common.threads(), "a whole number from 1");
    }
    long start = System.nanoTime();
    StopRequest.listen();
    try (AutoCloseable held = claim()) {
      Object result = run();
      double seconds = (System.nanoTime() - start) * 1e-9;
      Path report = target() instanceof Target.Report ? common.out() : null;
      if (common.json() || report != null) {
        String json = JsonReport.of(spec.qualifiedName(" "), seconds, common, result);
        if (report != null) {
          AtomicFile.writeString(report, json + "\n");
        }
        if (common.json()) {
          System.out.println(json);
        }
      }
      System.out.flush();
      return exitCode();
    } catch (OutOfMemoryError e) {
      throw outOfMemory(e);
    } catch (RuntimeException e) {
      // Work of other threads comes wrapped.
      Throwable cause = e;
      while (cause.getCause() != null && !(cause instanceof InputException)) {
        cause = cause.getCause();
      }
      throw cause instanceof OutOfMemoryError memory ? outOfMemory(memory) : e;
    } finally {
      StopRequest.finished();
    }
  }

  private static InputException outOfMemory(OutOfMemoryError e) {
    String what = e.getMessage() == null ? "" : " (" + e.getMessage() + ")";
    return new InputException(
        "out of memory"
            + what
            + ": make the work smaller, or give the JVM more with CHAINRULE_JAVA_OPTS=-Xmx8g.",
        e);
  }

  private AutoCloseable claim() throws IOException {
    Path path = out();
    if (path == null) {
      return () -> {};
    }
    try {
      return target().claim(path);
    } catch (IllegalArgumentException e) {
      throw usage(e);
    }
  }
}
