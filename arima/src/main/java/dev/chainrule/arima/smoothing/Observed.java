package dev.chainrule.arima.smoothing;

import dev.chainrule.base.InputException;
import java.util.Arrays;

/**
 * The part of a series from its first to its last value.
 *
 * @param values [n], some inside may be missing
 * @param gap steps after the last value that are missing
 */
@SuppressWarnings("ArrayRecordComponent")
public record Observed(double[] values, int gap) {
  private static final int FEWEST = 3;

  /**
   * Of a series.
   *
   * @throws InputException if fewer than three values are there, or all are alike
   */
  public static Observed of(double[] y) {
    int first = 0;
    while (first < y.length && Double.isNaN(y[first])) {
      first++;
    }
    int last = y.length - 1;
    while (last > first && Double.isNaN(y[last])) {
      last--;
    }
    int there = 0;
    boolean varies = false;
    for (int t = first; t <= last; t++) {
      if (!Double.isNaN(y[t])) {
        there++;
        varies |= y[t] != y[first];
      }
    }
    if (there < FEWEST) {
      String found = there == 0 ? "no value" : there == 1 ? "one value" : there + " values";
      throw new InputException(
          "found " + found + ", expected " + FEWEST + " at least, to learn errors from.");
    }
    if (!varies) {
      throw new InputException(
          "all %d values are %s, expected some that differ: nothing says how wide intervals are."
              .formatted(there, y[first]));
    }
    return new Observed(Arrays.copyOfRange(y, first, last + 1), y.length - 1 - last);
  }

  /** How many values are there. */
  public int count() {
    int count = 0;
    for (double value : values) {
      count += Double.isNaN(value) ? 0 : 1;
    }
    return count;
  }
}
