package dev.chainrule.base.progress;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.function.Consumer;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * A progress bar on standard error with the rate and the time to go. On a terminal it is one line
 * that moves; elsewhere (a log file, a pipe) it is a whole line now and then.
 *
 * <p>Whether standard error is a terminal is something that Java cannot tell; the launcher script
 * says so with the property {@code chainrule.terminal}.
 */
public final class Progress implements AutoCloseable {
  private static final int TERMINAL_INTERVAL_MILLIS = 250;
  private static final int LOG_INTERVAL_MILLIS = 10_000;
  private static final int LOG_LINE_LENGTH = 110;

  private static final ScopedValue<Boolean> SILENT = ScopedValue.newInstance();

  private final @Nullable ProgressBar bar;
  private final long first;
  private final long total;
  private final long begun = System.nanoTime();
  private double seconds = Double.POSITIVE_INFINITY;

  private Progress(@Nullable ProgressBar bar, long first, long total) {
    this.bar = bar;
    this.first = first;
    this.total = total;
  }

  /**
   * Does work without showing its progress: a part of something greater, that has a word of its own
   * for how far it is. It holds for what the calling thread begins meanwhile.
   */
  public static <T, X extends Throwable> T silently(ScopedValue.CallableOp<T, X> work) throws X {
    return ScopedValue.where(SILENT, true).call(work);
  }

  /** Says on standard error how work went, where its progress is shown. */
  public static void say(String line) {
    if (!SILENT.isBound()) {
      System.err.println(line);
    }
  }

  /**
   * Shows a bar.
   *
   * @param task what is going on, one or two words
   * @param total how many units there are, or 0 where nobody knows
   * @param unit name of one unit, for instance {@code "steps"}
   */
  public static Progress start(String task, long total, String unit) {
    return resume(task, 0, total, unit);
  }

  /**
   * Shows a bar of work of which a part was done before; rate and time to go are of the rest.
   *
   * @param done units done before
   */
  public static Progress resume(String task, long done, long total, String unit) {
    if (SILENT.isBound()) {
      return new Progress(null, done, total);
    }
    ProgressBarBuilder builder =
        new ProgressBarBuilder()
            .setTaskName(task)
            .setInitialMax(total > 0 ? total : -1)
            .startsFrom(done, Duration.ZERO)
            .setUnit(" " + unit, 1)
            .setSpeedUnit(ChronoUnit.SECONDS)
            .showSpeed();
    if (Boolean.getBoolean("chainrule.terminal")) {
      builder
          .setStyle(ProgressBarStyle.COLORFUL_UNICODE_BLOCK)
          .setUpdateIntervalMillis(TERMINAL_INTERVAL_MILLIS);
    } else {
      builder
          .setStyle(ProgressBarStyle.ASCII)
          .setUpdateIntervalMillis(LOG_INTERVAL_MILLIS)
          .setConsumer(new DelegatingProgressBarConsumer(new Lines(), LOG_LINE_LENGTH));
    }
    return new Progress(builder.build(), done, total);
  }

  /**
   * The work ends after so many seconds from now, should there still be units to do: the bar counts
   * towards as many as can be done by then at the present rate.
   */
  public Progress within(double limit) {
    seconds = limit;
    return this;
  }

  /** How many units there will be in all, as far as one can tell after so many and so long. */
  static long expected(long first, long done, long total, double elapsed, double seconds) {
    if (done <= first || elapsed <= 0) {
      return total;
    }
    double atEnd = first + (done - first) * Math.max(1, seconds / elapsed);
    return atEnd < total ? Math.max(done, Math.round(atEnd)) : total;
  }

  /** Moves on by some units. */
  public void advance(long units) {
    if (bar != null) {
      bar.stepBy(units);
    }
  }

  /** Moves to the given count of finished units. */
  public void moveTo(long unitsDone) {
    if (bar == null) {
      return;
    }
    if (seconds < Double.POSITIVE_INFINITY) {
      double elapsed = (System.nanoTime() - begun) / 1e9;
      bar.maxHint(expected(first, unitsDone, total, elapsed, seconds));
    }
    bar.stepTo(unitsDone);
  }

  /** Shows a few words behind the bar, for instance the latest loss. */
  public void note(String words) {
    if (bar != null) {
      bar.setExtraMessage(" " + words);
    }
  }

  /** Shows the final state and ends the line. */
  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }

  /** Prints lines, but not the same one twice in a row, as the library ends a bar. */
  private static final class Lines implements Consumer<String> {
    private String last = "";

    @Override
    public synchronized void accept(String line) {
      if (!line.equals(last)) {
        System.err.println(line);
        last = line;
      }
    }
  }
}
