package dev.chainrule.base.distribution;

import java.util.function.DoubleUnaryOperator;

/** Quantiles where the cumulative distribution function has no inverse in closed form. */
final class Inversion {
  /** Up to here doubles hold every whole number. */
  private static final double MOST_COUNTS = 0x1p53;

  private Inversion() {}

  static void requireLevel(double level) {
    // Written so that NaN fails too.
    if (!(level >= 0 && level <= 1)) {
      throw new IllegalArgumentException(
          "quantile level %s, expected from 0 to 1".formatted(level));
    }
  }

  static void requirePositive(String name, double value) {
    if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "%s: found %s, expected a finite number above 0".formatted(name, value));
    }
  }

  static void requireFinite(String name, double value) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException(
          "%s: found %s, expected a finite number".formatted(name, value));
    }
  }

  /**
   * Where a continuous function reaches a level, by halving down to the last bit.
   *
   * @param cdf rising between the bounds, from at most the level to at least it
   */
  static double continuous(DoubleUnaryOperator cdf, double level, double low, double high) {
    double below = low;
    double above = high;
    while (true) {
      double middle = below / 2 + above / 2;
      if (!(middle > below && middle < above)) {
        return above;
      }
      if (cdf.applyAsDouble(middle) < level) {
        below = middle;
      } else {
        above = middle;
      }
    }
  }

  /** The same below zero, of a function that has no least argument. */
  static double below(DoubleUnaryOperator cdf, double level) {
    double low = -1;
    while (cdf.applyAsDouble(low) > level && low > -Double.MAX_VALUE / 2) {
      low *= 2;
    }
    return continuous(cdf, level, low, 0);
  }

  /**
   * The smallest whole number from 0 at which a function exceeds a level.
   *
   * @param mass rising
   * @param last the answer where it does so nowhere below it; may be infinite
   */
  static double whole(DoubleUnaryOperator mass, double level, double last) {
    double low = 0;
    double high = last;
    if (last > MOST_COUNTS) {
      high = 1;
      while (!(mass.applyAsDouble(high) > level)) {
        if (high >= MOST_COUNTS) {
          return last;
        }
        low = high + 1;
        high *= 2;
      }
    }
    while (low < high) {
      double middle = Math.floor((low + high) / 2);
      if (mass.applyAsDouble(middle) > level) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }
}
