package dev.chainrule.text.template;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The values of templates: null is None; Boolean, Long, Double, String, List, Map, and what {@link
 * Callables} holds. They behave as Python's do.
 */
final class Values {
  private static final int DEEPEST = 100;

  private Values() {}

  /** A program's value as a template sees it: a copy, in which nothing else is. */
  static @Nullable Object of(@Nullable Object value, int depth) {
    if (depth > DEEPEST) {
      throw new IllegalArgumentException("values nested more than %d deep".formatted(DEEPEST));
    }
    return switch (value) {
      case null -> null;
      case Boolean truth -> truth;
      case Long number -> number;
      case Double number -> number;
      case Float number -> number.doubleValue();
      case Integer number -> number.longValue();
      case Short number -> number.longValue();
      case Byte number -> number.longValue();
      case CharSequence text -> text.toString();
      case Collection<?> list -> {
        List<@Nullable Object> copy = new ArrayList<>();
        for (Object element : list) {
          copy.add(of(element, depth + 1));
        }
        yield copy;
      }
      case Map<?, ?> map -> {
        Map<@Nullable Object, @Nullable Object> copy = new LinkedHashMap<>();
        map.forEach((key, element) -> copy.put(of(key, depth + 1), of(element, depth + 1)));
        yield copy;
      }
      default ->
          throw new IllegalArgumentException(
              "a %s for a template, expected texts, numbers, lists and maps"
                  .formatted(value.getClass().getName()));
    };
  }

  static boolean truth(@Nullable Object value) {
    return switch (value) {
      case null -> false;
      case Boolean truth -> truth;
      case Long number -> number != 0;
      case Double number -> number != 0;
      case String text -> !text.isEmpty();
      case List<?> list -> !list.isEmpty();
      case Map<?, ?> map -> !map.isEmpty();
      case Undefined undefined -> false;
      default -> true;
    };
  }

  static String type(@Nullable Object value) {
    return switch (value) {
      case null -> "None";
      case Boolean truth -> "a truth";
      case Long number -> "a whole number";
      case Double number -> "a number";
      case String text -> "a text";
      case List<?> list -> "a list";
      case Map<?, ?> map -> "a map";
      case Undefined undefined -> undefined.name() + ", which is undefined";
      default -> "a function";
    };
  }

  /** For messages. */
  static String shown(@Nullable Object value) {
    return switch (value) {
      case String text -> text.length() <= 40 ? "\"" + text + "\"" : type(text);
      case Long number -> number.toString();
      case Double number -> number.toString();
      case null -> type(value);
      default -> type(value);
    };
  }

  static long integer(@Nullable Object value, String what) {
    return switch (value) {
      case Long number -> number;
      case Boolean truth -> truth ? 1 : 0;
      case null ->
          throw new TemplateException(
              "has %s as %s, expected a whole number".formatted(shown(value), what));
      default ->
          throw new TemplateException(
              "has %s as %s, expected a whole number".formatted(shown(value), what));
    };
  }

  /** Truths count as numbers, as Python has it. */
  static @Nullable Object number(@Nullable Object value) {
    return value instanceof Boolean truth ? (Object) (truth ? 1L : 0L) : value;
  }

  static boolean equal(@Nullable Object a, @Nullable Object b, Budget budget) {
    Object one = number(a);
    Object other = number(b);
    if (one instanceof Long x && other instanceof Double y) {
      return x.doubleValue() == y;
    }
    if (one instanceof Double x && other instanceof Long y) {
      return x == y.doubleValue();
    }
    if (one instanceof Double x && other instanceof Double y) {
      return x.doubleValue() == y.doubleValue();
    }
    if (one instanceof Undefined && other instanceof Undefined) {
      return true;
    }
    if (one instanceof String x && other instanceof String y) {
      budget.take(Math.min(x.length(), y.length()) / 16);
      return x.equals(y);
    }
    if (one instanceof List<?> x && other instanceof List<?> y) {
      budget.enter();
      budget.take(x.size());
      boolean same = x.size() == y.size() && x instanceof Tuple == y instanceof Tuple;
      for (int i = 0; same && i < x.size(); i++) {
        same = equal(x.get(i), y.get(i), budget);
      }
      budget.leave();
      return same;
    }
    if (one instanceof Map<?, ?> x && other instanceof Map<?, ?> y) {
      budget.enter();
      budget.take(x.size());
      boolean same = x.size() == y.size();
      for (Map.Entry<?, ?> entry : x.entrySet()) {
        same =
            same
                && y.containsKey(entry.getKey())
                && equal(entry.getValue(), y.get(entry.getKey()), budget);
      }
      budget.leave();
      return same;
    }
    return Objects.equals(one, other);
  }

  static int compare(@Nullable Object a, @Nullable Object b, Budget budget) {
    Object one = number(a);
    Object other = number(b);
    if (one instanceof Long x && other instanceof Long y) {
      return x.compareTo(y);
    }
    if (one instanceof Number x && other instanceof Number y) {
      return Double.compare(x.doubleValue(), y.doubleValue());
    }
    if (one instanceof String x && other instanceof String y) {
      budget.look(Math.min(x.length(), y.length()));
      return compareTexts(x, y);
    }
    throw new TemplateException(
        "compares %s and %s, which have no order".formatted(shown(a), shown(b)));
  }

  /** By code points, as Python does. */
  private static int compareTexts(String x, String y) {
    int at = 0;
    while (at < x.length() && at < y.length()) {
      int one = x.codePointAt(at);
      int other = y.codePointAt(at);
      if (one != other) {
        return Integer.compare(one, other);
      }
      at += Character.charCount(one);
    }
    return Integer.compare(x.length(), y.length());
  }

  static boolean contains(@Nullable Object container, @Nullable Object value, Budget budget) {
    return switch (container) {
      case String text -> {
        if (!(value instanceof String part)) {
          throw new TemplateException("looks for %s in a text".formatted(shown(value)));
        }
        budget.search(text, part);
        yield text.contains(part);
      }
      case List<?> list -> {
        for (Object element : list) {
          budget.take(1);
          if (equal(element, value, budget)) {
            yield true;
          }
        }
        yield false;
      }
      case Map<?, ?> map -> hasKey(map, value, budget);
      case Undefined undefined -> false;
      case null ->
          throw new TemplateException("looks for something in %s".formatted(shown(container)));
      default ->
          throw new TemplateException("looks for something in %s".formatted(shown(container)));
    };
  }

  /**
   * Whether a map has a key, which is no list and no map: those have no hash that is known soon.
   */
  static boolean hasKey(Map<?, ?> map, @Nullable Object key, Budget budget) {
    requireKey(key, budget);
    return map.containsKey(key);
  }

  /** Refuses what is no key of a map. */
  static void requireKey(@Nullable Object key, Budget budget) {
    if (key instanceof List<?> || key instanceof Map<?, ?>) {
      throw new TemplateException("has %s as a key".formatted(type(key)));
    }
    if (key instanceof String text) {
      budget.look(text.length());
    }
  }

  /** What a loop goes over. */
  static List<@Nullable Object> elements(@Nullable Object value, Budget budget) {
    return switch (value) {
      case List<?> list -> {
        budget.take(list.size());
        yield new ArrayList<>(list);
      }
      case Map<?, ?> map -> {
        budget.take(map.size());
        yield new ArrayList<>(map.keySet());
      }
      case String text -> {
        budget.take(2L * text.length());
        List<@Nullable Object> characters = new ArrayList<>();
        text.codePoints().forEach(c -> characters.add(Character.toString(c)));
        yield characters;
      }
      case Undefined undefined -> new ArrayList<>();
      case null ->
          throw new TemplateException("goes over %s, expected a list".formatted(shown(value)));
      default ->
          throw new TemplateException("goes over %s, expected a list".formatted(shown(value)));
    };
  }

  static long length(@Nullable Object value, Budget budget) {
    return switch (value) {
      case String text -> {
        budget.take(text.length() / 8);
        yield text.codePointCount(0, text.length());
      }
      case List<?> list -> list.size();
      case Map<?, ?> map -> map.size();
      case Undefined undefined -> 0;
      case null -> throw new TemplateException("asks for the length of %s".formatted(shown(value)));
      default -> throw new TemplateException("asks for the length of %s".formatted(shown(value)));
    };
  }

  static @Nullable Object item(@Nullable Object of, @Nullable Object key, Budget budget) {
    if (of instanceof Undefined undefined) {
      throw undefined.refusal();
    }
    if (of instanceof Map<?, ?> map) {
      return hasKey(map, key, budget) ? map.get(key) : new Undefined(shown(key));
    }
    if (!(number(key) instanceof Long i)) {
      return new Undefined(shown(key));
    }
    if (of instanceof List<?> list) {
      long index = i < 0 ? i + list.size() : i;
      return index >= 0 && index < list.size()
          ? list.get((int) index)
          : new Undefined("element " + i);
    }
    if (of instanceof String text) {
      long length = length(text, budget);
      long index = i < 0 ? i + length : i;
      return index >= 0 && index < length
          ? Character.toString(text.codePointAt(text.offsetByCodePoints(0, (int) index)))
          : new Undefined("character " + i);
    }
    return new Undefined(shown(key));
  }

  static Object slice(
      @Nullable Object of,
      @Nullable Object from,
      @Nullable Object to,
      @Nullable Object step,
      Budget budget) {
    if (of instanceof Undefined undefined) {
      throw undefined.refusal();
    }
    if (!(of instanceof String) && !(of instanceof List<?>)) {
      throw new TemplateException("takes a part of %s".formatted(shown(of)));
    }
    List<@Nullable Object> all = elements(of, budget);
    long stride = step == null ? 1 : integer(step, "the step of a part");
    if (stride == 0) {
      throw new TemplateException("takes a part with step 0, expected another");
    }
    boolean forward = stride > 0;
    long first = forward ? 0 : -1;
    long last = forward ? all.size() : all.size() - 1;
    long begin = from == null ? (forward ? first : last) : bound(from, all.size(), first, last);
    long end = to == null ? (forward ? last : first) : bound(to, all.size(), first, last);
    List<@Nullable Object> part = new ArrayList<>();
    for (long i = begin; forward ? i < end : i > end; i += stride) {
      part.add(all.get((int) i));
      if (forward ? stride > end - i : stride < end - i) {
        break;
      }
    }
    if (of instanceof List<?>) {
      return of instanceof Tuple ? new Tuple(part) : part;
    }
    StringBuilder text = new StringBuilder();
    part.forEach(text::append);
    return text.toString();
  }

  private static long bound(Object given, int size, long first, long last) {
    long bound = integer(given, "the end of a part");
    return Math.clamp(bound < 0 ? bound + size : bound, first, last);
  }
}
