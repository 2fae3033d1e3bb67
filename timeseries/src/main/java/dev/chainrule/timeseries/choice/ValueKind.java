package dev.chainrule.timeseries.choice;

import dev.chainrule.base.series.Series;
import java.util.List;
import java.util.Locale;

/**
 * What kind of numbers the values of series are, which says what distribution they are given.
 *
 * @param likelihood the family's name
 * @param reason in words
 */
record ValueKind(String likelihood, String reason) {
  /** Counts of which as many are zero, or that are as small, are no rounded quantities. */
  private static final double SPARSE = 0.2;

  private static final double SMALL = 10;

  /** What the values are, of all series together. */
  static ValueKind of(List<Series> series) {
    long count = 0;
    long zeros = 0;
    long ones = 0;
    boolean whole = true;
    double sum = 0;
    for (Series s : series) {
      for (double value : s.values()) {
        if (Double.isNaN(value)) {
          continue;
        }
        count++;
        sum += value;
        zeros += value == 0 ? 1 : 0;
        ones += value == 1 ? 1 : 0;
        whole &= value >= 0 && value == Math.rint(value);
      }
    }
    double share = (double) zeros / Math.max(1, count);
    if (whole && zeros + ones == count && zeros > 0 && ones > 0) {
      return new ValueKind("bernoulli", "all values are 0 or 1");
    }
    if (whole && (share >= SPARSE || sum / count < SMALL)) {
      return new ValueKind(
          "negative_binomial",
          String.format(
              Locale.ROOT,
              "all values are whole numbers from 0, %.0f %% of them 0, their mean %.3g",
              100 * share,
              sum / count));
    }
    return new ValueKind(
        "student_t",
        whole
            ? "whole numbers as large as theirs are like any others, and tails may be heavy"
            : "values are no counts, and tails may be heavy");
  }
}
