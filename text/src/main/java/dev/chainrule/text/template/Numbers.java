package dev.chainrule.text.template;

import dev.chainrule.text.template.Callables.Given;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The filters that make numbers, as Python makes them. */
final class Numbers {
  private static final Pattern WHOLE = Pattern.compile("[+-]?\\d++(?:_\\d++)*+");
  private static final Pattern REAL =
      Pattern.compile("[+-]?(?:\\d++\\.?\\d*+|\\.\\d++)(?:[eE][+-]?\\d++)?");

  /** No number has more digits than this before or after its point. */
  private static final int MOST_DIGITS = 400;

  private Numbers() {}

  static double real(@Nullable Object value) {
    if (Values.number(value) instanceof Number number) {
      return number.doubleValue();
    }
    throw new TemplateException("has %s, expected a number".formatted(Values.shown(value)));
  }

  /** A whole number; texts of others, too, without what is behind the point. */
  static @Nullable Object toInt(@Nullable Object value, Given given, Budget budget) {
    Object usual = given.get(0, "default", 0L);
    if (given.number(1, "base", 10) != 10) {
      throw new TemplateException("reads a number of another base, expected 10");
    }
    Object number = Values.number(value);
    if (number instanceof String text) {
      number = read(text, budget);
    }
    if (number instanceof Double real) {
      if (Math.abs(real) >= 0x1p63) {
        throw new TemplateException("has a whole number of more than 64 bits");
      }
      return real.isNaN() ? usual : Long.valueOf(real.longValue());
    }
    return number instanceof Long ? number : usual;
  }

  static @Nullable Object toFloat(@Nullable Object value, Given given, Budget budget) {
    Object number = Values.number(value);
    if (number instanceof String text) {
      number = read(text, budget);
    }
    return number instanceof Number one ? one.doubleValue() : given.get(0, "default", 0.0);
  }

  /** The number that a text is; the text itself where it is none. */
  private static Object read(String text, Budget budget) {
    budget.look(text.length());
    String digits = text.strip();
    if (WHOLE.matcher(digits).matches()) {
      try {
        return Long.parseLong(digits.replace("_", ""));
      } catch (NumberFormatException e) {
        throw new TemplateException("has a whole number of more than 64 bits");
      }
    }
    return REAL.matcher(digits).matches() ? Double.valueOf(digits) : text;
  }

  /** What lies between two goes to the even one; a whole number stays one. */
  static Object rounded(@Nullable Object value, Given given) {
    int digits = Math.clamp(given.number(0, "precision", 0), -MOST_DIGITS, MOST_DIGITS);
    String method = given.text(1, "method", "common");
    if (method.equals("common") && Values.number(value) instanceof Long whole) {
      BigDecimal exact = BigDecimal.valueOf(whole);
      return exact.setScale(digits, RoundingMode.HALF_EVEN).longValueExact();
    }
    double number = real(value);
    if (!Double.isFinite(number)) {
      return number;
    }
    double factor = Math.pow(10, digits);
    return switch (method) {
      case "ceil" -> Math.ceil(number * factor) / factor;
      case "floor" -> Math.floor(number * factor) / factor;
      case "common" ->
          new BigDecimal(number).setScale(digits, RoundingMode.HALF_EVEN).doubleValue();
      default ->
          throw new TemplateException(
              "rounds by \"" + method + "\", expected common, ceil or floor");
    };
  }
}
