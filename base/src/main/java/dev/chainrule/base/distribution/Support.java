package dev.chainrule.base.distribution;

/**
 * The numbers that can occur.
 *
 * @param lowest the smallest whole number, or what all numbers are above; may be infinite
 * @param highest the largest whole number, or what all numbers are below; may be infinite
 * @param whole whether only whole numbers occur
 */
public record Support(double lowest, double highest, boolean whole) {
  /** All finite numbers. */
  public static final Support NUMBERS =
      new Support(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, false);

  /** Finite numbers above 0. */
  public static final Support POSITIVE = new Support(0, Double.POSITIVE_INFINITY, false);

  /** Numbers between 0 and 1. */
  public static final Support SHARES = new Support(0, 1, false);

  /** Whole numbers from 0. */
  public static final Support COUNTS = new Support(0, Double.POSITIVE_INFINITY, true);

  /** Rejects bounds that fall, or of whole numbers that are none. */
  public Support {
    boolean fits = lowest <= highest && (!whole || (isWhole(lowest) && isWhole(highest)));
    if (!fits) {
      throw new IllegalArgumentException(
          "support from %s to %s, expected rising bounds".formatted(lowest, highest));
    }
  }

  /** Classes or levels: whole numbers from 0 to one less than so many. */
  public static Support classes(int count) {
    return new Support(0, count - 1.0, true);
  }

  private static boolean isWhole(double x) {
    return x == Math.rint(x);
  }

  /** Whether a number can occur. */
  public boolean contains(double x) {
    if (!Double.isFinite(x)) {
      return false;
    }
    return whole ? isWhole(x) && x >= lowest && x <= highest : x > lowest && x < highest;
  }

  /** In words, for messages: "numbers above 0", "whole numbers from 0". */
  @Override
  public String toString() {
    if (whole) {
      if (highest == lowest + 1) {
        return "%s or %s".formatted(words(lowest), words(highest));
      }
      return "whole numbers from " + words(lowest) + (isInfinite() ? "" : " to " + words(highest));
    }
    if (lowest == Double.NEGATIVE_INFINITY) {
      return isInfinite() ? "numbers" : "numbers below " + words(highest);
    }
    return isInfinite()
        ? "numbers above " + words(lowest)
        : "numbers between " + words(lowest) + " and " + words(highest);
  }

  private boolean isInfinite() {
    return highest == Double.POSITIVE_INFINITY;
  }

  private static String words(double x) {
    return isWhole(x) && Math.abs(x) < 1e15 ? Long.toString((long) x) : Double.toString(x);
  }
}
