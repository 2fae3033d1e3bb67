package dev.chainrule.base.series;

import dev.chainrule.base.io.Excerpt;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One series on a regular grid of times.
 *
 * @param id its name
 * @param start time of the first value
 * @param frequency step between values
 * @param values [n]; NaN is missing
 * @param covariates what else is known
 * @param origin where the values were read, if they were
 */
@SuppressWarnings("ArrayRecordComponent")
public record Series(
    String id,
    LocalDateTime start,
    Frequency frequency,
    double[] values,
    Covariates covariates,
    @Nullable Origin origin) {
  /** Where series without times, or with times that count from 0, begin: a Monday. */
  public static final LocalDateTime START = LocalDateTime.of(1990, 1, 1, 0, 0);

  /** A series without covariates, made in memory. */
  public Series(String id, LocalDateTime start, Frequency frequency, double[] values) {
    this(id, start, frequency, values, Covariates.NONE, null);
  }

  /** Number of values. */
  public int length() {
    return values.length;
  }

  /** Time of value i, which may lie beyond the end. */
  public LocalDateTime time(long i) {
    return frequency.plus(start, i);
  }

  /** Whether times count steps, and are no dates. */
  public boolean counts() {
    return origin != null && origin.firstCount() != null;
  }

  /**
   * Time of value i as files have it: a date where steps take a day or more, a date and a time
   * where they do not, or a number that counts.
   */
  public String label(long i) {
    if (origin != null && origin.firstCount() != null) {
      return Long.toString(origin.firstCount() + i);
    }
    LocalDateTime time = time(i);
    boolean dates = frequency.isDaily() && start.toLocalTime().equals(LocalTime.MIDNIGHT);
    return dates ? time.toLocalDate().toString() : time.toString();
  }

  /** The first n values. */
  public Series first(int n) {
    double[] cut = Arrays.copyOf(values, n);
    return new Series(id, start, frequency, cut, covariates.first(n), origin);
  }

  /** The same grid with other values, for instance with future ones. */
  public Series withValues(double[] other) {
    return new Series(id, start, frequency, other, covariates, origin);
  }

  /** With other covariates. */
  public Series withCovariates(Covariates other) {
    return new Series(id, start, frequency, values, other, origin);
  }

  /** Where value i stands, for messages: file, line, series and time, as far as they are known. */
  public String place(int i) {
    String inSeries = "series %s, %s".formatted(Excerpt.of(id), label(i));
    if (origin == null || i >= origin.lines().length || origin.lines()[i] == 0) {
      return inSeries;
    }
    return "%s:%d: %s".formatted(origin.source(), origin.lines()[i], inSeries);
  }

  /** The series and its file, for messages. */
  public String place() {
    return origin == null
        ? "series " + Excerpt.of(id)
        : origin.source() + ": series " + Excerpt.of(id);
  }

  /** Its name, length and times. */
  @Override
  public String toString() {
    long missing = Arrays.stream(values).filter(Double::isNaN).count();
    String times =
        values.length == 0 ? "" : ", %s to %s".formatted(label(0), label(values.length - 1L));
    return "series %s: %d values%s, by %s, %d missing"
        .formatted(Excerpt.of(id), values.length, times, frequency, missing);
  }
}
