package dev.chainrule.experiments.cli;

import java.nio.file.Path;
import java.util.regex.Pattern;

/** Words as a shell takes them, in commands that are printed to be copied. */
public final class ShellWord {
  private static final Pattern PLAIN = Pattern.compile("[\\p{L}\\p{N}_./+@%:,=-]+");

  private ShellWord() {}

  /** The path, in quotes where the shell would take it for something else. */
  public static String of(Path path) {
    return of(path.toString());
  }

  /** The word, in quotes where the shell would take it for something else. */
  public static String of(String text) {
    return PLAIN.matcher(text).matches() ? text : "'" + text.replace("'", "'\\''") + "'";
  }
}
