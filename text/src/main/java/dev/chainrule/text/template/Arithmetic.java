package dev.chainrule.text.template;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Operators between two values. Whole numbers of more than 64 bits are refused. */
final class Arithmetic {
  private Arithmetic() {}

  static Object apply(String operator, @Nullable Object a, @Nullable Object b, Budget budget) {
    if (operator.equals("~")) {
      String left = Writing.text(a, budget);
      String right = Writing.text(b, budget);
      budget.take((long) left.length() + right.length());
      return left + right;
    }
    if (a instanceof Undefined undefined) {
      throw undefined.refusal();
    }
    if (b instanceof Undefined undefined) {
      throw undefined.refusal();
    }
    Object one = Values.number(a);
    Object other = Values.number(b);
    try {
      if (one instanceof Long x && other instanceof Long y) {
        return whole(operator, x, y);
      }
      if (one instanceof Number x && other instanceof Number y) {
        return real(operator, x.doubleValue(), y.doubleValue());
      }
    } catch (ArithmeticException e) {
      throw new TemplateException(
          "computes %s %s %s, which is no number of 64 bits".formatted(one, operator, other));
    }
    if (operator.equals("+")) {
      return added(one, other, budget);
    }
    if (operator.equals("*")) {
      if (other instanceof Long times) {
        return repeated(one, times, budget);
      }
      if (one instanceof Long times) {
        return repeated(other, times, budget);
      }
    }
    throw new TemplateException(
        "computes %s %s %s, which is not defined"
            .formatted(Values.type(a), operator, Values.type(b)));
  }

  private static Object whole(String operator, long x, long y) {
    return switch (operator) {
      case "+" -> Math.addExact(x, y);
      case "-" -> Math.subtractExact(x, y);
      case "*" -> Math.multiplyExact(x, y);
      case "//" -> Math.floorDivExact(x, y);
      case "%" -> Math.floorMod(x, y);
      case "**" -> y < 0 ? Math.pow((double) x, (double) y) : power(x, y);
      default -> real(operator, (double) x, (double) y);
    };
  }

  private static Object power(long x, long y) {
    long result = 1;
    long base = x;
    for (long rest = y; rest > 0; rest >>= 1) {
      if ((rest & 1) == 1) {
        result = Math.multiplyExact(result, base);
      }
      base = rest > 1 ? Math.multiplyExact(base, base) : base;
    }
    return result;
  }

  private static Object real(String operator, double x, double y) {
    if (y == 0 && (operator.equals("/") || operator.equals("//") || operator.equals("%"))) {
      throw new TemplateException("divides by 0");
    }
    return switch (operator) {
      case "+" -> x + y;
      case "-" -> x - y;
      case "*" -> x * y;
      case "/" -> x / y;
      case "//" -> Math.floor(x / y);
      case "%" -> x - y * Math.floor(x / y);
      default -> Math.pow(x, y);
    };
  }

  private static Object added(@Nullable Object one, @Nullable Object other, Budget budget) {
    if (one instanceof String x && other instanceof String y) {
      budget.take((long) x.length() + y.length());
      return x + y;
    }
    if (one instanceof List<?> x && other instanceof List<?> y) {
      budget.take((long) x.size() + y.size());
      List<@Nullable Object> both = new ArrayList<>(x);
      both.addAll(y);
      return both;
    }
    throw new TemplateException("adds %s and %s".formatted(Values.type(one), Values.type(other)));
  }

  private static Object repeated(@Nullable Object value, long times, Budget budget) {
    long count = Math.max(0, times);
    if (value instanceof String text) {
      budget.take(product(text.length(), count));
      return text.repeat((int) Math.min(count, text.isEmpty() ? 0 : Integer.MAX_VALUE));
    }
    if (value instanceof List<?> list) {
      budget.take(product(list.size(), count));
      List<@Nullable Object> all = new ArrayList<>();
      for (long i = 0; i < count && !list.isEmpty(); i++) {
        all.addAll(list);
      }
      return all;
    }
    throw new TemplateException("repeats " + Values.type(value));
  }

  private static long product(long size, long count) {
    return size == 0 || count <= Long.MAX_VALUE / size ? size * count : Long.MAX_VALUE;
  }
}
