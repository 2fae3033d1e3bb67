package dev.chainrule.core.array;

import java.util.List;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.logging.Level;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.SLF4JServiceProvider;

/**
 * Where loggers come from, so that what ND4J and SLF4J say of their own start is off in every
 * program, before either is first used: SLF4J's remark that nothing listens, and, where the JDK's
 * logging listens as it comes, whatever ND4J says below a warning. A program that has set up its
 * logging gets all of it.
 */
public final class Logs {
  private static final String VERBOSITY = "slf4j.internal.verbosity";

  /** The JDK forgets a level with its logger, so these are kept. */
  private static final List<java.util.logging.Logger> QUIET = quiet();

  private Logs() {}

  /** Makes the libraries quiet, if nothing has yet. */
  static void prepare() {
    Objects.requireNonNull(QUIET);
  }

  /** The logger of a class. */
  public static Logger of(Class<?> type) {
    return LoggerFactory.getLogger(type);
  }

  private static List<java.util.logging.Logger> quiet() {
    if (nothingListens() && System.getProperty(VERBOSITY) == null) {
      System.setProperty(VERBOSITY, "ERROR");
      LoggerFactory.getILoggerFactory();
      System.clearProperty(VERBOSITY);
    }
    if (isSetUp()) {
      return List.of();
    }
    List<java.util.logging.Logger> libraries =
        List.of(
            java.util.logging.Logger.getLogger("dev.chainrule"),
            java.util.logging.Logger.getLogger("org.deeplearning4j"),
            java.util.logging.Logger.getLogger("org.nd4j"));
    for (java.util.logging.Logger library : libraries) {
      if (library.getLevel() == null) {
        library.setLevel(Level.WARNING);
      }
    }
    return libraries;
  }

  /** Neither a provider for SLF4J 2 is there, nor one for an older version, which it tells of. */
  private static boolean nothingListens() {
    return ServiceLoader.load(SLF4JServiceProvider.class).stream().findAny().isEmpty()
        && Logs.class.getClassLoader().getResource("org/slf4j/impl/StaticLoggerBinder.class")
            == null;
  }

  /** Whether the JDK's logging is other than it comes. */
  private static boolean isSetUp() {
    return System.getProperty("java.util.logging.config.class") != null
        || System.getProperty("java.util.logging.config.file") != null
        || !Level.INFO.equals(java.util.logging.Logger.getLogger("").getLevel());
  }
}
