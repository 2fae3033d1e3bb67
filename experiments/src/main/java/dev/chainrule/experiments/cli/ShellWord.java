package dev.chainrule.experiments.cli;

import java.nio.file.Path;
import java.util.regex.Pattern;

/** Paths as a shell takes them, in commands that are printed to be copied. */
public final class ShellWord {
  private static final Pattern PLAIN = Pattern.compile("[\\p{L}\\p{N}_./+@%:,=-]+");

  private ShellWord() {}

  /** The path, in quotes where the shell would take it for something else. */
  public static String of(Path path) {
    String text = path.toString();
    return PLAIN.matcher(text).matches() ? text : "'" + text.replace("'", "'\\''") + "'";
  }
}
