package dev.chainrule.base.series;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Excerpt;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The times of a file, which are all of one kind, that of its first row: dates as ISO 8601 writes
 * them ({@code 2020-01-31}, {@code 2020-01-31T13:00} or with a space for the T, {@code 2020-01}),
 * days {@code 20200131}, months {@code 202001}, quarters {@code 2020Q1}, years {@code 2020}, or
 * whole numbers that count steps. Numbers are months or years where they may be and the steps are
 * not known to be shorter; a frequency of steps makes them counts.
 */
final class TimeColumn {
  private static final Pattern COUNT = Pattern.compile("\\d{1,9}");
  private static final Pattern YEAR = Pattern.compile("(1[5-9]|20|21)\\d\\d");
  private static final Pattern ANY_YEAR = Pattern.compile("\\d{4}");
  private static final Pattern MONTH = Pattern.compile("(1[5-9]|20|21)\\d\\d(0[1-9]|1[0-2])");
  private static final Pattern QUARTER = Pattern.compile("\\d{4}-?[Qq][1-4]");
  private static final Pattern ISO_MONTH = Pattern.compile("\\d{4}-\\d\\d");
  private static final Pattern DAY = Pattern.compile("(1[5-9]|20|21)\\d{6}");
  static final int LAST_YEAR = 9999;

  /** How times are written. */
  private enum Kind {
    DATE("a time like 2020-01-31 or 2020-01-31T13:00"),
    DAY("a day like 20200131, as in the first row"),
    MONTH("a month like 202001, as in the first row"),
    QUARTER("a quarter like 2020Q1, as in the first row"),
    YEAR("a year like 2020, as in the first row"),
    COUNT("a whole number that counts steps, as in the first row");

    private final String expected;

    Kind(String expected) {
      this.expected = expected;
    }
  }

  private final @Nullable Frequency frequency;
  private @Nullable Kind kind;

  /** For times of a known frequency, or none. */
  TimeColumn(@Nullable Frequency frequency) {
    this.frequency = frequency;
  }

  /** Whether times are numbers that count steps. */
  boolean counts() {
    return kind == Kind.COUNT;
  }

  /**
   * For times that were read elsewhere.
   *
   * @throws InputException if some before were of the other kind
   */
  void assume(boolean counts, String source) {
    if (kind != null && counts() != counts) {
      throw new InputException(
          source + ": found dates and numbers that count in column ds, expected one of them.");
    }
    kind = counts ? Kind.COUNT : Kind.DATE;
  }

  /**
   * A time: seconds since 1970, or where times count steps, the count.
   *
   * @param place file and line, for the message
   * @throws InputException if it is none of the file's kind, or beyond the year 9999
   */
  long parse(String cell, String place) {
    String text = cell.strip();
    Kind found = kind;
    if (found == null) {
      found = kindOf(text);
      kind = found;
    }
    try {
      if (found == Kind.COUNT) {
        if (COUNT.matcher(text).matches()) {
          return Long.parseLong(text);
        }
      } else {
        LocalDateTime time = time(text, found);
        if (time != null) {
          return seconds(time);
        }
      }
    } catch (DateTimeException e) {
      // Said below, as for what does not look like a time.
    }
    throw new InputException(
        "%s: found \"%s\" in column ds, expected %s."
            .formatted(place, Excerpt.of(text), found.expected));
  }

  /**
   * A time that is a date already.
   *
   * @param place for the message
   */
  long of(LocalDateTime time, String place) {
    kind = Kind.DATE;
    try {
      return seconds(time);
    } catch (DateTimeException e) {
      throw new InputException(
          "%s: found %s in column ds, expected whole seconds of the years 1 to 9999."
              .formatted(place, time),
          e);
    }
  }

  private static long seconds(LocalDateTime time) {
    boolean whole = time.truncatedTo(ChronoUnit.SECONDS).equals(time);
    if (time.getYear() < 1 || time.getYear() > LAST_YEAR || !whole) {
      throw new DateTimeException("beyond what is read");
    }
    return time.toEpochSecond(ZoneOffset.UTC);
  }

  private Kind kindOf(String text) {
    Frequency.Unit unit = frequency == null ? null : frequency.unit();
    boolean months =
        unit == null
            || unit == Frequency.Unit.MONTH
            || unit == Frequency.Unit.QUARTER
            || unit == Frequency.Unit.YEAR;
    if (unit == Frequency.Unit.YEAR && ANY_YEAR.matcher(text).matches()) {
      return Kind.YEAR;
    }
    if (unit == null && YEAR.matcher(text).matches()) {
      return Kind.YEAR;
    }
    if (months && MONTH.matcher(text).matches()) {
      return Kind.MONTH;
    }
    if (unit != Frequency.Unit.STEP && DAY.matcher(text).matches()) {
      return Kind.DAY;
    }
    if (QUARTER.matcher(text).matches()) {
      return Kind.QUARTER;
    }
    return COUNT.matcher(text).matches() || unit == Frequency.Unit.STEP ? Kind.COUNT : Kind.DATE;
  }

  /** The time, or null where the text does not look like its kind. */
  private static @Nullable LocalDateTime time(String text, Kind kind) {
    return switch (kind) {
      case DAY ->
          DAY.matcher(text).matches()
              ? LocalDate.parse(text, DateTimeFormatter.BASIC_ISO_DATE).atStartOfDay()
              : null;
      case MONTH ->
          MONTH.matcher(text).matches()
              ? month(text.substring(0, 4), Integer.parseInt(text.substring(4)))
              : null;
      case QUARTER ->
          QUARTER.matcher(text).matches()
              ? month(text.substring(0, 4), 3 * (text.charAt(text.length() - 1) - '1') + 1)
              : null;
      case YEAR -> ANY_YEAR.matcher(text).matches() ? month(text, 1) : null;
      default -> date(text);
    };
  }

  private static LocalDateTime month(String year, int month) {
    return LocalDate.of(Integer.parseInt(year), month, 1).atStartOfDay();
  }

  private static LocalDateTime date(String text) {
    if (ISO_MONTH.matcher(text).matches()) {
      return LocalDate.parse(text + "-01").atStartOfDay();
    }
    return text.length() <= 10
        ? LocalDate.parse(text).atStartOfDay()
        : LocalDateTime.parse(text.replace(' ', 'T'));
  }
}
