package dev.chainrule.timeseries.data;

import java.time.LocalDateTime;

/**
 * One series on a regular grid of times.
 *
 * @param id its name
 * @param start time of the first value
 * @param frequency step between values
 * @param values [n]; NaN is missing
 */
@SuppressWarnings("ArrayRecordComponent")
public record Series(String id, LocalDateTime start, Frequency frequency, double[] values) {
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
    return new Series(id, start, frequency, java.util.Arrays.copyOf(values, n));
  }

  /** The same grid with other values, for instance with future ones. */
  public Series withValues(double[] other) {
    return new Series(id, start, frequency, other);
  }
}
