package dev.chainrule.text.serving;

import java.util.Arrays;

/** Counts of durations by their length. May be used by many threads. */
public final class Histogram {
  private static final double[] BOUNDS = {
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100
  };

  private final long[] counts = new long[BOUNDS.length + 1];
  private double sum;

  /**
   * What was counted.
   *
   * @param bounds upper ends in seconds, ascending
   * @param counts of durations up to each bound, those of smaller ones included; then of all
   * @param sum of all in seconds
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Snapshot(double[] bounds, long[] counts, double sum) {
    /** How many there were. */
    public long count() {
      return counts[counts.length - 1];
    }
  }

  synchronized void add(double seconds) {
    int place = Arrays.binarySearch(BOUNDS, seconds);
    counts[place < 0 ? -place - 1 : place]++;
    sum += seconds;
  }

  /** The counts as they are now. */
  public synchronized Snapshot snapshot() {
    long[] upTo = counts.clone();
    Arrays.parallelPrefix(upTo, Long::sum);
    return new Snapshot(BOUNDS.clone(), upTo, sum);
  }
}
