package dev.chainrule.spark;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Excerpt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkException;

/** What Spark reports of a failed task, in a sentence; its own messages carry traces of stacks. */
public final class Failure {
  private static final Pattern CLASS_FILES =
      Pattern.compile(
          "class file version (\\d+)[^\\n]*only recognizes class file versions up to (\\d+)");
  private static final Pattern MISSING =
      Pattern.compile("(?:ClassNotFoundException|NoClassDefFoundError): (dev[./]chainrule\\S*)");
  private static final Pattern SAID =
      Pattern.compile(Pattern.quote(InputException.class.getName()) + ": ([^\\n]*)");
  private static final Pattern VERSIONS = Pattern.compile("InvalidClassException: (\\S+?);[^\\n]*");

  private static final Pattern LOST =
      Pattern.compile("ExecutorLostFailure \\(executor (\\S+) [^\\n]*?Reason: ([^\\n]*)");

  /** A master gives up an application after ten executors that ended at once. */
  private static final Pattern REMOVED = Pattern.compile("Master removed our application");

  /** The first class file version is that of Java 1.0.2, 45. */
  private static final int FIRST_CLASS_FILES = 44;

  private Failure() {}

  /** Why executors could not do the simplest task. */
  static InputException ofExecutors(Throwable e) {
    String message = messages(e);
    Matcher old = CLASS_FILES.matcher(message);
    if (old.find()) {
      return new InputException(
          "the executors run JDK %d, expected JDK %d: set spark.executorEnv.JAVA_HOME to one there."
              .formatted(
                  Integer.parseInt(old.group(2)) - FIRST_CLASS_FILES,
                  Integer.parseInt(old.group(1)) - FIRST_CLASS_FILES),
          e);
    }
    Matcher missing = MISSING.matcher(message);
    if (missing.find()) {
      return new InputException(
          "the executors have no class %s, expected Chainrule's jars there: name them in --jars or spark.executor.extraClassPath."
              .formatted(missing.group(1).replace('/', '.')),
          e);
    }
    if (REMOVED.matcher(message).find()) {
      return new InputException(
          "no executor can be started, expected a JDK 25 with the module jdk.incubator.vector on"
              + " the cluster's machines: spark.executorEnv.JAVA_HOME names one, and the executors'"
              + " logs say more.",
          e);
    }
    if (VERSIONS.matcher(message).find()) {
      return new InputException(
          "the executors run another version of Spark than the driver's %s, expected the same."
              .formatted(org.apache.spark.package$.MODULE$.SPARK_VERSION()),
          e);
    }
    return of(e);
  }

  /** Why a job failed: what a task said of its input, if it said so. */
  public static InputException of(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof InputException known) {
        return known;
      }
    }
    String messages = messages(e);
    Matcher said = SAID.matcher(messages);
    if (said.find()) {
      return new InputException(said.group(1), e);
    }
    Matcher lost = LOST.matcher(messages);
    return new InputException(
        lost.find()
            ? "executor %s was lost: %s".formatted(lost.group(1), lost.group(2))
            : sentence(e),
        e);
  }

  /** The first line of what is at the root. */
  static String sentence(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String said = root.getMessage();
    String message = root instanceof SparkException && said != null ? said : root.toString();
    return Excerpt.sentence(message.lines().findFirst().orElse(message));
  }

  private static String messages(Throwable e) {
    StringBuilder all = new StringBuilder();
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      all.append(cause).append('\n');
    }
    return all.toString();
  }
}
