package dev.chainrule.timeseries.data;

import java.time.LocalDateTime;
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
    String inSeries = "series %s, %s".formatted(id, time(i));
    if (origin == null || i >= origin.lines().length || origin.lines()[i] == 0) {
      return inSeries;
    }
    return "%s:%d: %s".formatted(origin.source(), origin.lines()[i], inSeries);
  }

  /** The series and its file, for messages. */
  public String place() {
    return origin == null ? "series " + id : origin.source() + ": series " + id;
  }
}
