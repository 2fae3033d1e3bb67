package dev.chainrule.text.structure;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Numbers between bounds, written without an exponent, of at most {@link JsonText#MOST_DIGITS}
 * digits before the point and as many after it.
 *
 * @param low null for none
 * @param high null for none
 */
record NumberRange(@Nullable Bound low, @Nullable Bound high) {
  /**
   * A bound.
   *
   * @param open whether it is itself left out
   */
  record Bound(BigDecimal value, boolean open) {
    private Bound negated() {
      return new Bound(value.negate(), open);
    }

    /** The first whole number from here up. */
    private BigInteger up() {
      BigInteger whole = value.setScale(0, RoundingMode.CEILING).toBigIntegerExact();
      return open && isWhole() ? whole.add(BigInteger.ONE) : whole;
    }

    private boolean isWhole() {
      return value.stripTrailingZeros().scale() <= 0;
    }

    private BigInteger floor() {
      return value.setScale(0, RoundingMode.FLOOR).toBigIntegerExact();
    }

    /** Digits after the point. */
    private String fraction() {
      BigDecimal rest = value.subtract(new BigDecimal(floor())).stripTrailingZeros();
      return rest.signum() == 0 ? "" : rest.toPlainString().substring("0.".length());
    }
  }

  /** The whole numbers among them. */
  Expression integers() {
    BigInteger most = largest();
    BigInteger from = low == null ? most.negate() : low.up();
    BigInteger to = high == null ? most : high.negated().up().negate();
    List<Expression> options = new ArrayList<>();
    if (from.signum() < 0) {
      BigInteger least = to.negate().max(BigInteger.ONE);
      options.add(Expression.sequence(Expression.literal("-"), wholes(least, from.negate())));
    }
    options.add(wholes(from.max(BigInteger.ZERO), to));
    return new Expression.Choice(options);
  }

  /** All of them. */
  Expression decimals() {
    Bound zero = new Bound(BigDecimal.ZERO, false);
    List<Expression> options = new ArrayList<>();
    options.add(positive(low == null || low.value().signum() < 0 ? zero : low, high));
    if (low == null || low.value().signum() < 0) {
      Bound least = new Bound(BigDecimal.ZERO, true);
      Bound from = high == null || high.value().signum() >= 0 ? least : high.negated();
      options.add(
          Expression.sequence(
              Expression.literal("-"), positive(from, low == null ? null : low.negated())));
    }
    return new Expression.Choice(options);
  }

  private BigInteger largest() {
    int digits = JsonText.MOST_DIGITS;
    for (Bound bound : new Bound[] {low, high}) {
      if (bound != null) {
        digits = Math.max(digits, bound.floor().abs().toString().length());
      }
    }
    return BigInteger.TEN.pow(digits).subtract(BigInteger.ONE);
  }

  /** From a number that is not negative on. */
  private Expression positive(Bound from, @Nullable Bound to) {
    if (to != null && to.value().signum() < 0) {
      return Expression.NOTHING;
    }
    BigInteger first = from.floor();
    BigInteger last = to == null ? largest() : to.floor();
    int order = first.compareTo(last);
    if (order > 0) {
      return Expression.NOTHING;
    }
    if (order == 0) {
      return edge(first, from, to);
    }
    return Expression.choice(
        edge(first, from, null),
        Expression.sequence(
            wholes(first.add(BigInteger.ONE), last.subtract(BigInteger.ONE)),
            Expression.optional(
                Expression.sequence(
                    Expression.literal("."),
                    new Expression.Repeat(JsonText.DIGIT, 1, JsonText.MOST_DIGITS)))),
        edge(last, new Bound(new BigDecimal(last), false), to));
  }

  /** Numbers with these digits before the point. */
  private static Expression edge(BigInteger whole, Bound from, @Nullable Bound to) {
    Fraction fraction =
        new Fraction(
            from.fraction(),
            from.open(),
            to == null ? null : to.fraction(),
            to != null && to.open());
    Expression digits =
        Expression.sequence(Expression.literal("."), fraction.from(0, true, to != null));
    return Expression.sequence(
        Expression.literal(whole.toString()),
        fraction.mayEnd(0, true, to != null) ? Expression.optional(digits) : digits);
  }

  /** Digits after a point between two others. */
  private record Fraction(String low, boolean lowOpen, @Nullable String high, boolean highOpen) {
    /** Digits from a place on; those before may have been those of the bounds. */
    Expression from(int place, boolean atLow, boolean atHigh) {
      if (!atLow && !atHigh) {
        return new Expression.Repeat(JsonText.DIGIT, 0, Math.max(0, JsonText.MOST_DIGITS - place));
      }
      List<Expression> options = new ArrayList<>();
      if (place > 0 && mayEnd(place, atLow, atHigh)) {
        options.add(Expression.EMPTY);
      }
      if (place < Math.max(JsonText.MOST_DIGITS, Math.max(low.length(), length(high)))) {
        int least = atLow ? digit(low, place) : 0;
        int most = atHigh ? digit(high, place) : 9;
        for (int d = least; d <= most; d++) {
          options.add(
              Expression.sequence(
                  Expression.literal(Integer.toString(d)),
                  from(place + 1, atLow && d == least, atHigh && d == most)));
        }
      }
      return new Expression.Choice(options);
    }

    boolean mayEnd(int place, boolean atLow, boolean atHigh) {
      boolean above = !atLow || (place >= low.length() && !lowOpen);
      boolean below = !atHigh || place < length(high) || !highOpen;
      return above && below;
    }

    private static int length(@Nullable String digits) {
      return digits == null ? 0 : digits.length();
    }

    private static int digit(@Nullable String digits, int place) {
      return digits != null && place < digits.length() ? digits.charAt(place) - '0' : 0;
    }
  }

  /** Whole numbers that are not negative, of at most as many digits as the larger. */
  private static Expression wholes(BigInteger from, BigInteger to) {
    if (from.compareTo(to) > 0) {
      return Expression.NOTHING;
    }
    String first = from.toString();
    String last = to.toString();
    List<Expression> options = new ArrayList<>();
    for (int length = first.length(); length <= last.length(); length++) {
      String least = length == first.length() ? first : "1" + "0".repeat(length - 1);
      String most = length == last.length() ? last : "9".repeat(length);
      options.add(between(least, most, 0, true, true));
    }
    return new Expression.Choice(options);
  }

  /** Digits between two numbers of as many. */
  private static Expression between(
      String least, String most, int place, boolean atLeast, boolean atMost) {
    int left = least.length() - place;
    if (left == 0) {
      return Expression.EMPTY;
    }
    if (!atLeast && !atMost) {
      return new Expression.Repeat(JsonText.DIGIT, left, left);
    }
    int from = atLeast ? least.charAt(place) : '0';
    int to = atMost ? most.charAt(place) : '9';
    List<Expression> options = new ArrayList<>();
    if (atLeast && atMost && from == to) {
      options.add(digit(from, to, between(least, most, place + 1, true, true)));
    } else {
      int inner = atLeast ? from + 1 : from;
      int outer = atMost ? to - 1 : to;
      if (atLeast) {
        options.add(digit(from, from, between(least, most, place + 1, true, false)));
      }
      if (inner <= outer) {
        options.add(digit(inner, outer, between(least, most, place + 1, false, false)));
      }
      if (atMost) {
        options.add(digit(to, to, between(least, most, place + 1, false, true)));
      }
    }
    return new Expression.Choice(options);
  }

  private static Expression digit(int from, int to, Expression rest) {
    return Expression.sequence(new Expression.Characters(CodePoints.range(from, to)), rest);
  }
}
