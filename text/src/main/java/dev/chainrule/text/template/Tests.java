package dev.chainrule.text.template;

import dev.chainrule.text.template.Callables.Given;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** The tests behind {@code is}. */
final class Tests {
  private Tests() {}

  static boolean test(String name, @Nullable Object value, Given given, Budget budget) {
    given.atMost(1);
    return switch (name) {
      case "defined" -> !(value instanceof Undefined);
      case "undefined" -> value instanceof Undefined;
      case "none" -> value == null;
      case "true" -> Boolean.TRUE.equals(value);
      case "false" -> Boolean.FALSE.equals(value);
      case "boolean" -> value instanceof Boolean;
      case "string" -> value instanceof String;
      case "integer" -> value instanceof Long;
      case "float" -> value instanceof Double;
      case "number" -> value instanceof Number || value instanceof Boolean;
      case "mapping" -> value instanceof Map<?, ?>;
      case "sequence", "iterable" ->
          value instanceof String
              || value instanceof List<?>
              || value instanceof Map<?, ?>
              || value instanceof Undefined;
      case "callable" ->
          value instanceof Callables.Function
              || value instanceof Callables.Method
              || value instanceof Callables.Macro;
      case "odd" -> Math.floorMod(Values.integer(value, "what is odd"), 2) == 1;
      case "even" -> Math.floorMod(Values.integer(value, "what is even"), 2) == 0;
      case "divisibleby" -> {
        long by = given.number(0, "num", 0);
        if (by == 0) {
          throw new TemplateException("asks whether a number is divisible by 0");
        }
        yield Math.floorMod(Values.integer(value, "what is divided"), by) == 0;
      }
      case "upper" -> value instanceof String text && isAll(text, Character::isUpperCase, budget);
      case "lower" -> value instanceof String text && isAll(text, Character::isLowerCase, budget);
      case "sameas" -> {
        Object other = given.get(0, "other", null);
        boolean compound = value instanceof List<?> || value instanceof Map<?, ?>;
        yield value == other || (!compound && value != null && value.equals(other));
      }
      case "in" -> Values.contains(given.get(0, "seq", null), value, budget);
      default -> compared(name, value, given.get(0, "other", null), budget);
    };
  }

  /** Whether there are letters that have a case, and all of them have this one. */
  private static boolean isAll(String text, IntPredicate wanted, Budget budget) {
    budget.look(text.length());
    int[] cased =
        text.codePoints()
            .filter(
                c ->
                    Character.isUpperCase(c)
                        || Character.isLowerCase(c)
                        || Character.isTitleCase(c))
            .toArray();
    return cased.length > 0 && Arrays.stream(cased).allMatch(wanted);
  }

  private static boolean compared(
      String name, @Nullable Object value, @Nullable Object other, Budget budget) {
    return switch (name) {
      case "eq", "equalto" -> Values.equal(value, other, budget);
      case "ne" -> !Values.equal(value, other, budget);
      case "lt", "lessthan" -> Values.compare(value, other, budget) < 0;
      case "le" -> Values.compare(value, other, budget) <= 0;
      case "gt", "greaterthan" -> Values.compare(value, other, budget) > 0;
      case "ge" -> Values.compare(value, other, budget) >= 0;
      default -> throw new TemplateException("has the test \"" + name + "\", which is none");
    };
  }
}
