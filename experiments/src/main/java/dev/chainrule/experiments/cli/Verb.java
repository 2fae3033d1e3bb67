package dev.chainrule.experiments.cli;

import dev.chainrule.base.InputException;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
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
  @Mixin private CommonOptions common;
  @Spec private CommandSpec spec;
  private final StopRequest stop = new StopRequest();

  /**
   * Does the work; prints what a person wants to read to {@link #output()}.
   *
   * @return what {@code --json} prints beside the common keys: a record or a map, whose keys are
   *     written in snake_case
   * @throws InputException if something that the user gave cannot be used
   * @throws Exception if the work fails otherwise
   */
  protected abstract Object run() throws Exception;

  /** The options that every command has. */
  protected final CommonOptions common() {
    return common;
  }

  /** All options of this command, as they were given or by default. */
  protected final OptionValues options() {
    return OptionValues.of(spec);
  }

  /** Where text for people goes: standard output, or standard error with {@code --json}. */
  protected final PrintStream output() {
    return common.json() ? System.err : System.out;
  }

  /**
   * True once the user asked the command to stop (Ctrl-C, SIGTERM). A long loop asks now and then,
   * saves what it has and returns; the process ends with 130 (143) then.
   */
  protected final boolean stopRequested() {
    return stop.isRequested();
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
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  @Override
  public final Integer call() throws Exception {
    if (common.threads() < 1) {
      throw badOption("--threads", common.threads(), "a whole number from 1");
    }
    long start = System.nanoTime();
    stop.listen();
    try {
      Object result = run();
      if (common.json()) {
        double seconds = (System.nanoTime() - start) * 1e-9;
        System.out.println(JsonReport.of(spec.qualifiedName(" "), seconds, common, result));
      }
      System.out.flush();
      return 0;
    } catch (OutOfMemoryError e) {
      throw new InputException(
          "out of memory ("
              + e.getMessage()
              + "): make the work smaller, or give the JVM more with"
              + " CHAINRULE_JAVA_OPTS=-Xmx8g.",
          e);
    } finally {
      stop.finished();
    }
  }
}
