package dev.chainrule.base.series;

import java.io.Serializable;
import java.time.DayOfWeek;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.Locale;

/**
 * The step between observations.
 *
 * @param count how many units
 * @param unit of time
 */
public record Frequency(int count, Unit unit) implements Serializable {
  private static final long serialVersionUID = 1L;

  /**
   * Units of time; a business day skips Saturdays and Sundays, and a step is of no known length:
   * times only count.
   */
  public enum Unit {
    STEP("step", ChronoUnit.SECONDS, 1, 1),
    SECOND("S", ChronoUnit.SECONDS, 1, 60),
    MINUTE("min", ChronoUnit.MINUTES, 1, 60),
    HOUR("H", ChronoUnit.HOURS, 1, 24),
    DAY("D", ChronoUnit.DAYS, 1, 7),
    BUSINESS_DAY("B", ChronoUnit.DAYS, 1, 5),
    WEEK("W", ChronoUnit.WEEKS, 1, 52),
    MONTH("M", ChronoUnit.MONTHS, 1, 12),
    QUARTER("Q", ChronoUnit.MONTHS, 3, 4),
    YEAR("Y", ChronoUnit.YEARS, 1, 1);

    private final String code;
    private final ChronoUnit chrono;
    private final int multiple;
    private final int season;

    Unit(String code, ChronoUnit chrono, int multiple, int season) {
      this.code = code;
      this.chrono = chrono;
      this.multiple = multiple;
      this.season = season;
    }
  }

  private static final int MOST_DIGITS = 6;

  /** The largest count, which {@link #of} reads. */
  static final int MOST_UNITS = 999_999;

  /** Of series whose times only count. */
  public static final Frequency STEPS = new Frequency(1, Unit.STEP);

  /** Rejects a count that is none. */
  public Frequency {
    if (count < 1 || count > MOST_UNITS) {
      throw new IllegalArgumentException(
          "frequency of %d units, expected 1 to %d".formatted(count, MOST_UNITS));
    }
    if (unit == Unit.STEP && count != 1) {
      throw new IllegalArgumentException("frequency %dstep, expected step".formatted(count));
    }
  }

  /**
   * Reads a frequency, for instance {@code H}, {@code 30min} or {@code W}; {@code A} is a year and
   * {@code T} a minute, and small letters and pandas' {@code ME}, {@code QE}, {@code YE} and
   * anchors ({@code W-SUN}) are accepted.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static Frequency of(String text) {
    int digits = 0;
    while (digits < text.length() && Character.isDigit(text.charAt(digits))) {
      digits++;
    }
    String code = text.substring(digits);
    int dash = code.indexOf('-');
    if (dash > 0) {
      code = code.substring(0, dash);
    }
    Unit unit =
        switch (code.toLowerCase(Locale.ROOT)) {
          case "step" -> Unit.STEP;
          case "s" -> Unit.SECOND;
          case "min", "t" -> Unit.MINUTE;
          case "h" -> Unit.HOUR;
          case "d" -> Unit.DAY;
          case "b" -> Unit.BUSINESS_DAY;
          case "w" -> Unit.WEEK;
          case "m", "me", "ms" -> Unit.MONTH;
          case "q", "qe", "qs" -> Unit.QUARTER;
          case "y", "ye", "ys", "a", "as" -> Unit.YEAR;
          default ->
              throw new IllegalArgumentException(
                  "frequency %s, expected S, min, H, D, B, W, M, Q, Y or step, with a count before if not 1"
                      .formatted(text));
        };
    if (digits > MOST_DIGITS) {
      throw new IllegalArgumentException(
          "frequency %s, expected a count of at most %d digits".formatted(text, MOST_DIGITS));
    }
    return new Frequency(digits == 0 ? 1 : Integer.parseInt(text.substring(0, digits)), unit);
  }

  /**
   * The time {@code steps} observations after the start; steps may be negative. Months and quarters
   * that start on the last day of a month go on with last days.
   */
  public LocalDateTime plus(LocalDateTime start, long steps) {
    if (unit == Unit.BUSINESS_DAY) {
      return plusBusinessDays(start, steps * count);
    }
    LocalDateTime time = start.plus(steps * count * unit.multiple, unit.chrono);
    return isMonthEnd(start) ? time.with(TemporalAdjusters.lastDayOfMonth()) : time;
  }

  /** Whether steps go from the last day of a month to that of another. */
  private boolean isMonthEnd(LocalDateTime start) {
    return (unit == Unit.MONTH || unit == Unit.QUARTER)
        && start.getDayOfMonth() == start.toLocalDate().lengthOfMonth();
  }

  /** How many steps {@code time} is after the start, or -1 if it does not lie on the grid. */
  public long stepsBetween(LocalDateTime start, LocalDateTime time) {
    long units =
        unit == Unit.BUSINESS_DAY
            ? businessDaysBetween(start, time)
            : unit.chrono.between(start, time) / unit.multiple;
    long steps = units / count;
    for (long candidate = Math.max(0, steps - 1); candidate <= steps + 1; candidate++) {
      if (plus(start, candidate).equals(time)) {
        return candidate;
      }
    }
    return -1;
  }

  /** Whether a step takes a day or more, so that times are dates. */
  public boolean isDaily() {
    return unit.compareTo(Unit.DAY) >= 0;
  }

  /** A step in words, for axes: {@code month}, {@code 30 minutes}. */
  public String words() {
    String name = unit.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    return count == 1 ? name : count + " " + name + "s";
  }

  /** So many steps in words: {@code 18 months}, {@code 48 steps of 30 minutes}. */
  public String words(int steps) {
    if (count > 1) {
      return steps + " steps of " + words();
    }
    return steps + " " + words() + (steps == 1 ? "" : "s");
  }

  /** Observations in a season, 1 where there is none: 24 for hours, 12 for months. */
  public int season() {
    return unit.season % count == 0 ? Math.max(1, unit.season / count) : 1;
  }

  @Override
  public String toString() {
    return (count == 1 ? "" : count) + unit.code;
  }

  private static LocalDateTime plusBusinessDays(LocalDateTime start, long days) {
    long index = businessDayIndex(start) + days;
    long week = Math.floorDiv(index, 5L);
    LocalDateTime monday = start.minusDays(start.getDayOfWeek().getValue() - 1L);
    return monday.plusDays(7 * week + Math.floorMod(index, 5L));
  }

  private static long businessDaysBetween(LocalDateTime start, LocalDateTime time) {
    LocalDateTime monday = start.minusDays(start.getDayOfWeek().getValue() - 1L);
    long days = ChronoUnit.DAYS.between(monday, time);
    long within = Math.min(4, Math.floorMod(days, 7L));
    return 5 * Math.floorDiv(days, 7L) + within - businessDayIndex(start);
  }

  /** From Monday; a weekend counts as Friday. */
  private static long businessDayIndex(LocalDateTime time) {
    return Math.min(DayOfWeek.FRIDAY.getValue(), time.getDayOfWeek().getValue()) - 1L;
  }
}
