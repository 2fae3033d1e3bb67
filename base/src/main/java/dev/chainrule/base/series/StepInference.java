package dev.chainrule.base.series;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Excerpt;
import java.io.Serializable;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The step between values, read from the dates of a file: the longest whose multiples lie between
 * all of them. It must be the usual step of every series, not only of gaps, or else it is not
 * taken.
 */
final class StepInference implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final long MINUTE = 60;
  private static final long HOUR = 60 * MINUTE;
  private static final long DAY = 24 * HOUR;
  private static final long WEEK = 7 * DAY;
  private static final int MONTHS_OF_QUARTER = 3;

  /** Steps between dates that are no gaps, but steps of their own. */
  private static final int FAR_APART = 3;

  /** Of the longest series, by which dates tell something. */
  private static final int FEWEST_TIMES = 4;

  private static final int MONTHS_OF_YEAR = 12;

  private final String source;
  private long seconds;
  private long months;
  private boolean sameDay = true;
  private boolean lastDays = true;
  private boolean weekend;
  private boolean overWeekend;

  /** For a file, named as messages shall name it. */
  StepInference(String source) {
    this.source = source;
  }

  /**
   * The step.
   *
   * @param series by id, each in the order of times, none twice
   * @throws InputException if the dates do not tell it
   */
  Frequency of(Map<String, RowsOfSeries> series) {
    series.values().forEach(this::look);
    Frequency found = found();
    requireUsual(found, series);
    return found;
  }

  /** The longest step whose multiples lie between all times that were looked at. */
  Frequency found() {
    Frequency found = frequency();
    if (found == null) {
      throw new InputException(
          source
              + ": has no series of two times, so that they do not tell the step between values;"
              + " expected --freq.");
    }
    return found;
  }

  /** Adds what was seen of other series. */
  void merge(StepInference other) {
    seconds = gcd(seconds, other.seconds);
    months = gcd(months, other.months);
    sameDay &= other.sameDay;
    lastDays &= other.lastDays;
    weekend |= other.weekend;
    overWeekend |= other.overWeekend;
  }

  /** Refuses a step that is not the usual one of every series. */
  void requireUsual(Frequency found, Map<String, RowsOfSeries> series) {
    series.forEach((id, rows) -> requireUsual(found, id, rows));
  }

  /**
   * Refuses steps by which the file would be mostly gaps, as its dates lie on longer ones: days for
   * the firsts of months. Dates that tell no step of their own fit any.
   *
   * @param series by id, each in the order of times, none twice
   */
  void requireNoLonger(Frequency given, Map<String, RowsOfSeries> series) {
    if (series.values().stream().allMatch(rows -> rows.length() < FEWEST_TIMES)) {
      return;
    }
    Frequency shown;
    try {
      shown = of(series);
    } catch (InputException noneOfTheirOwn) {
      return;
    }
    LocalDateTime start =
        LocalDateTime.ofEpochSecond(series.values().iterator().next().time(0), 0, ZoneOffset.UTC);
    // Over a weekend business days are as far apart, and days fit them all the same.
    if (shown.unit() != Frequency.Unit.BUSINESS_DAY
        && given.stepsBetween(start, shown.plus(start, 1)) >= FAR_APART) {
      throw new InputException(
          "%s: found steps of %s by --freq, expected %s: the dates are %s apart."
              .formatted(
                  source, given, shown, shown.count() == 1 ? "a " + shown.words() : shown.words()));
    }
  }

  /** Takes note of the times of a series, which are in order, none twice. */
  void look(RowsOfSeries rows) {
    LocalDateTime first = null;
    for (int i = 0; i < rows.length(); i++) {
      LocalDateTime time = LocalDateTime.ofEpochSecond(rows.time(i), 0, ZoneOffset.UTC);
      LocalDate date = time.toLocalDate();
      weekend |= date.getDayOfWeek().getValue() > DayOfWeek.FRIDAY.getValue();
      if (first == null) {
        first = time;
        lastDays &= date.getDayOfMonth() == date.lengthOfMonth();
        continue;
      }
      long gap = rows.time(i) - rows.time(i - 1);
      seconds = gcd(seconds, gap);
      months = gcd(months, month(date) - month(first.toLocalDate()));
      sameDay &=
          date.getDayOfMonth() == first.getDayOfMonth()
              && time.toLocalTime().equals(first.toLocalTime());
      lastDays &=
          date.getDayOfMonth() == date.lengthOfMonth()
              && time.toLocalTime().equals(first.toLocalTime());
      overWeekend |= gap == 3 * DAY && date.getDayOfWeek() == DayOfWeek.MONDAY;
    }
  }

  private static long month(LocalDate date) {
    return 12L * date.getYear() + date.getMonthValue();
  }

  private static long gcd(long a, long b) {
    return b == 0 ? a : gcd(b, a % b);
  }

  private @Nullable Frequency frequency() {
    if (seconds == 0) {
      return null;
    }
    if ((sameDay || lastDays) && months > 0) {
      if (months % MONTHS_OF_YEAR == 0) {
        return new Frequency((int) (months / MONTHS_OF_YEAR), Frequency.Unit.YEAR);
      }
      return months % MONTHS_OF_QUARTER == 0
          ? new Frequency((int) (months / MONTHS_OF_QUARTER), Frequency.Unit.QUARTER)
          : new Frequency((int) months, Frequency.Unit.MONTH);
    }
    if (seconds == DAY && !weekend && overWeekend) {
      return new Frequency(1, Frequency.Unit.BUSINESS_DAY);
    }
    if (seconds % WEEK == 0) {
      return of(seconds / WEEK, Frequency.Unit.WEEK);
    }
    if (seconds % DAY == 0) {
      return of(seconds / DAY, Frequency.Unit.DAY);
    }
    if (seconds % HOUR == 0) {
      return of(seconds / HOUR, Frequency.Unit.HOUR);
    }
    return seconds % MINUTE == 0
        ? of(seconds / MINUTE, Frequency.Unit.MINUTE)
        : of(seconds, Frequency.Unit.SECOND);
  }

  private Frequency of(long count, Frequency.Unit unit) {
    if (count > Frequency.MOST_UNITS) {
      throw new InputException(
          "%s: the dates do not tell the step between values: they are multiples of %d %ss apart,"
                  .formatted(source, count, new Frequency(1, unit).words())
              + " more than %d; expected --freq.".formatted(Frequency.MOST_UNITS));
    }
    return new Frequency((int) count, unit);
  }

  /** Refuses a series most of whose steps are longer: its dates would be mostly gaps. */
  private void requireUsual(Frequency found, String id, RowsOfSeries rows) {
    int longer = 0;
    int last = 0;
    for (int i = 1; i < rows.length(); i++) {
      LocalDateTime before = LocalDateTime.ofEpochSecond(rows.time(i - 1), 0, ZoneOffset.UTC);
      LocalDateTime next = found.plus(before, 1);
      if (next.toEpochSecond(ZoneOffset.UTC) < rows.time(i)) {
        longer++;
        last = i;
      }
    }
    if (2 * longer > rows.length() - 1 && last > 0) {
      throw new InputException(
          "%s:%d: the dates do not tell the step between values: they are multiples of %s apart, but"
                  .formatted(source, rows.line(last), found)
              + " most steps of series %s are longer; expected --freq.".formatted(Excerpt.of(id)));
    }
  }
}
