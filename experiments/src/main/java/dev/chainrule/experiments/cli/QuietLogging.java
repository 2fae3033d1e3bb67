package dev.chainrule.experiments.cli;

import java.util.logging.ConsoleHandler;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Set-up of the JDK's logging, which the libraries log to: warnings and worse, one line each, on
 * standard error. The JDK makes an instance when the first logger is asked for.
 *
 * <p>{@code -Dchainrule.log=INFO} in CHAINRULE_JAVA_OPTS shows more.
 */
public final class QuietLogging {
  private static final String CONFIG_CLASS = "java.util.logging.config.class";
  private static final String CONFIG_FILE = "java.util.logging.config.file";
  private static final String FORMAT = "java.util.logging.SimpleFormatter.format";

  /** Called by the JDK. */
  public QuietLogging() {
    Level level = Level.parse(System.getProperty("chainrule.log", "WARNING"));
    Logger all = Logger.getLogger("");
    all.setLevel(level);
    ConsoleHandler console = new ConsoleHandler();
    console.setLevel(level);
    all.addHandler(console);
  }

  /** Names this class as the set-up, unless the user has named another. */
  public static void install() {
    if (System.getProperty(CONFIG_CLASS) == null && System.getProperty(CONFIG_FILE) == null) {
      System.setProperty(CONFIG_CLASS, QuietLogging.class.getName());
      if (System.getProperty(FORMAT) == null) {
        System.setProperty(FORMAT, "%4$s: %5$s%6$s%n");
      }
    }
  }
}
