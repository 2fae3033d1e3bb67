package dev.chainrule.base.forecast;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** Numbers as people read them: with the digits that they deserve, and no others. */
public final class Digits {
  private Digits() {}

  /**
   * A number with so many significant digits, without an exponent from a millionth to a billion:
   * {@code 13.91}, {@code 0.03757}, {@code 48210}.
   */
  public static String of(double value, int significant) {
    if (!Double.isFinite(value)) {
      return Double.toString(value);
    }
    if (value == 0) {
      return "0";
    }
    double magnitude = Math.abs(value);
    BigDecimal rounded =
        new BigDecimal(value).round(new MathContext(significant, RoundingMode.HALF_EVEN));
    return magnitude >= 1e-6 && magnitude < 1e9 ? rounded.toPlainString() : rounded.toString();
  }

  /** A share from 0 to 1 in per cent, to a tenth: {@code 95.2 %}. */
  public static String percent(double share) {
    if (!Double.isFinite(share)) {
      return Double.toString(share);
    }
    return BigDecimal.valueOf(100 * share).setScale(1, RoundingMode.HALF_EVEN) + " %";
  }
}
