package dev.chainrule.text.template;

import dev.chainrule.text.template.Callables.Given;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The filters behind {@code |}. */
final class Filters {
  private final Budget budget;

  Filters(Budget budget) {
    this.budget = budget;
  }

  @Nullable Object apply(String name, @Nullable Object value, Given given) {
    return switch (name) {
      case "default", "d" -> {
        boolean alsoFalse = Values.truth(given.get(1, "boolean", false));
        boolean missing = value instanceof Undefined || (alsoFalse && !Values.truth(value));
        yield missing ? given.get(0, "default_value", "") : value;
      }
      case "length", "count" -> Values.length(value, budget);
      case "list" -> Values.elements(value, budget);
      case "string", "safe" -> Writing.text(value, budget);
      case "int" -> toInt(value, given);
      case "float" -> toFloat(value, given);
      case "abs" ->
          Values.number(value) instanceof Long n
              ? (Object) Math.absExact(n)
              : Math.abs(real(value));
      case "round" -> rounded(value, given);
      case "tojson" -> json(value, given);
      case "items" -> value instanceof Map<?, ?> map ? Methods.items(map) : items(value);
      case "dictsort" -> sortedItems(value);
      case "first" -> end(value, true);
      case "last" -> end(value, false);
      default -> many(name, value, given);
    };
  }

  private List<@Nullable Object> items(@Nullable Object value) {
    if (value instanceof Undefined) {
      return new ArrayList<>();
    }
    throw new TemplateException("asks for the items of " + Values.shown(value));
  }

  /** What is false is as good as empty to filters of elements. */
  private List<@Nullable Object> elements(@Nullable Object value) {
    return Values.truth(value) ? Values.elements(value, budget) : new ArrayList<>();
  }

  private @Nullable Object many(String name, @Nullable Object value, Given given) {
    return switch (name) {
      case "join" ->
          Methods.join(
              attributes(Values.elements(value, budget), given.get(1, "attribute", null)),
              given.text(0, "d", ""),
              budget);
      case "map" -> mapped(elements(value), given);
      case "select" -> selected(value, given, false, true);
      case "reject" -> selected(value, given, false, false);
      case "selectattr" -> selected(value, given, true, true);
      case "rejectattr" -> selected(value, given, true, false);
      case "reverse" -> reversed(value);
      case "sort" -> sorted(value, given);
      case "unique" -> unique(Values.elements(value, budget));
      case "min" -> Collections.min(filled(value), Values::compare);
      case "max" -> Collections.max(filled(value), Values::compare);
      case "sum" -> summed(value);
      default -> ofText(name, value, given);
    };
  }

  private Object ofText(String name, @Nullable Object value, Given given) {
    String text = Writing.text(value, budget);
    budget.take(text.length());
    return switch (name) {
      case "trim" -> Methods.strip(text, given, true, true);
      case "upper" -> text.toUpperCase(Locale.ROOT);
      case "lower" -> text.toLowerCase(Locale.ROOT);
      case "capitalize" -> Methods.capitalized(text);
      case "title" -> Methods.title(text);
      case "replace" ->
          Methods.replace(
              text,
              given.text(0, "old", null),
              given.text(1, "new", null),
              given.number(2, "count", -1),
              budget);
      case "wordcount" -> (long) text.strip().split("\\s+").length;
      case "indent" -> indented(text, given);
      case "escape", "e" ->
          budget.made(
              text.replace("&", "&amp;")
                  .replace("<", "&lt;")
                  .replace(">", "&gt;")
                  .replace("'", "&#39;")
                  .replace("\"", "&#34;"));
      default -> throw new TemplateException("has the filter \"" + name + "\", which is none");
    };
  }

  private String indented(String text, Given given) {
    Object width = given.get(0, "width", 4L);
    String indent = width instanceof String spaces ? spaces : " ".repeat((int) spaces(width));
    boolean first = Values.truth(given.get(1, "first", false));
    boolean blank = Values.truth(given.get(2, "blank", false));
    StringBuilder out = new StringBuilder(first ? indent : "");
    String[] lines = text.split("\n", -1);
    for (int i = 0; i < lines.length; i++) {
      boolean indents = i > 0 && (blank || !lines[i].isEmpty());
      budget.take((long) lines[i].length() + 1 + (indents ? indent.length() : 0));
      out.append(i == 0 ? "" : "\n").append(indents ? indent : "").append(lines[i]);
    }
    return out.toString();
  }

  private long spaces(@Nullable Object width) {
    long spaces = Math.max(0, Values.integer(width, "an indent"));
    budget.take(spaces);
    return spaces;
  }

  private static double real(@Nullable Object value) {
    if (Values.number(value) instanceof Number number) {
      return number.doubleValue();
    }
    throw new TemplateException("has %s, expected a number".formatted(Values.shown(value)));
  }

  private static @Nullable Object toInt(@Nullable Object value, Given given) {
    try {
      return switch (Values.number(value)) {
        case Long number -> number;
        case Double number -> number.longValue();
        case String text -> Long.parseLong(text.strip());
        case null -> given.get(0, "default", 0L);
        default -> given.get(0, "default", 0L);
      };
    } catch (NumberFormatException e) {
      return given.get(0, "default", 0L);
    }
  }

  private static @Nullable Object toFloat(@Nullable Object value, Given given) {
    try {
      return switch (Values.number(value)) {
        case Number number -> number.doubleValue();
        case String text -> Double.parseDouble(text.strip());
        case null -> given.get(0, "default", 0.0);
        default -> given.get(0, "default", 0.0);
      };
    } catch (NumberFormatException e) {
      return given.get(0, "default", 0.0);
    }
  }

  private static Object rounded(@Nullable Object value, Given given) {
    double factor = Math.pow(10, (double) given.number(0, "precision", 0));
    double scaled = real(value) * factor;
    return switch (given.text(1, "method", "common")) {
      case "ceil" -> Math.ceil(scaled) / factor;
      case "floor" -> Math.floor(scaled) / factor;
      default -> Math.rint(scaled) / factor;
    };
  }

  private String json(@Nullable Object value, Given given) {
    if (value instanceof Undefined undefined) {
      throw undefined.refusal();
    }
    given.atMost(4);
    boolean ascii = Values.truth(given.get(0, "ensure_ascii", false));
    Object indent = given.get(1, "indent", null);
    Long spaces = indent == null ? null : (Long) Math.min(64, Values.integer(indent, "an indent"));
    List<String> separators = List.of(indent == null ? ", " : ",", ": ");
    if (given.get(2, "separators", null) instanceof List<?> pair) {
      if (pair.size() != 2
          || !(pair.get(0) instanceof String one)
          || !(pair.get(1) instanceof String other)) {
        throw new TemplateException("writes JSON with separators that are not two texts");
      }
      separators = List.of(one, other);
    }
    boolean sorted = Values.truth(given.get(3, "sort_keys", false));
    return Writing.json(value, spaces, separators, sorted, ascii, budget);
  }

  private List<@Nullable Object> sortedItems(@Nullable Object value) {
    if (!(value instanceof Map<?, ?> map)) {
      throw new TemplateException("sorts the items of " + Values.shown(value));
    }
    List<@Nullable Object> items = Methods.items(map);
    budget.take(items.size());
    items.sort(Comparator.comparing(item -> folded(((List<?>) item).getFirst()), Values::compare));
    return items;
  }

  private static @Nullable Object folded(@Nullable Object value) {
    return value instanceof String text ? text.toLowerCase(Locale.ROOT) : value;
  }

  private @Nullable Object end(@Nullable Object value, boolean first) {
    List<@Nullable Object> all = Values.elements(value, budget);
    if (all.isEmpty()) {
      return new Undefined(first ? "the first of nothing" : "the last of nothing");
    }
    return first ? all.getFirst() : all.getLast();
  }

  private List<@Nullable Object> attributes(
      List<@Nullable Object> elements, @Nullable Object attribute) {
    if (attribute == null) {
      return elements;
    }
    List<@Nullable Object> values = new ArrayList<>();
    for (Object element : elements) {
      values.add(attribute(element, attribute));
    }
    return values;
  }

  private @Nullable Object attribute(@Nullable Object element, @Nullable Object path) {
    if (!(path instanceof String names)) {
      return Values.item(element, path, budget);
    }
    Object value = element;
    for (String name : names.split("\\.", -1)) {
      value = Values.item(value, name, budget);
    }
    return value;
  }

  private List<@Nullable Object> mapped(List<@Nullable Object> elements, Given given) {
    if (given.named().containsKey("attribute")) {
      List<@Nullable Object> values = attributes(elements, given.named().get("attribute"));
      if (given.named().containsKey("default")) {
        Object usual = given.named().get("default");
        values.replaceAll(value -> value instanceof Undefined ? usual : value);
      }
      return values;
    }
    String filter = given.text(0, "filter", null);
    Given rest = rest(filter, given, 1);
    List<@Nullable Object> values = new ArrayList<>();
    for (Object element : elements) {
      budget.enter();
      values.add(apply(filter, element, rest));
      budget.leave();
    }
    return values;
  }

  private static Given rest(String of, Given given, int from) {
    int begin = Math.min(from, given.positional().size());
    return new Given(
        of, given.positional().subList(begin, given.positional().size()), given.named());
  }

  private List<@Nullable Object> selected(
      @Nullable Object value, Given given, boolean attributes, boolean wanted) {
    int names = attributes ? 1 : 0;
    Object attribute = attributes ? given.get(0, "attribute", null) : null;
    String test = given.positional().size() > names ? given.text(names, "test", null) : "";
    Given rest = rest(test, given, names + 1);
    List<@Nullable Object> chosen = new ArrayList<>();
    for (Object element : elements(value)) {
      Object tested = attributes ? attribute(element, attribute) : element;
      boolean holds =
          test.isEmpty() ? Values.truth(tested) : Tests.test(spelled(test), tested, rest, budget);
      if (holds == wanted) {
        chosen.add(element);
      }
    }
    return chosen;
  }

  /** Operators may stand for tests. */
  private static String spelled(String test) {
    return switch (test) {
      case "==" -> "eq";
      case "!=" -> "ne";
      case "<" -> "lt";
      case "<=" -> "le";
      case ">" -> "gt";
      case ">=" -> "ge";
      default -> test;
    };
  }

  private Object reversed(@Nullable Object value) {
    if (value instanceof String text) {
      return budget.made(new StringBuilder(text).reverse().toString());
    }
    return Values.elements(value, budget).reversed();
  }

  private List<@Nullable Object> sorted(@Nullable Object value, Given given) {
    boolean reverse = Values.truth(given.get(0, "reverse", false));
    boolean exact = Values.truth(given.get(1, "case_sensitive", false));
    Object attribute = given.get(2, "attribute", null);
    List<@Nullable Object> all = Values.elements(value, budget);
    budget.take(16L * all.size());
    Comparator<@Nullable Object> order =
        (a, b) -> {
          Object one = attribute == null ? a : attribute(a, attribute);
          Object other = attribute == null ? b : attribute(b, attribute);
          return exact ? Values.compare(one, other) : Values.compare(folded(one), folded(other));
        };
    all.sort(reverse ? order.reversed() : order);
    return all;
  }

  private List<@Nullable Object> unique(List<@Nullable Object> elements) {
    List<@Nullable Object> once = new ArrayList<>();
    for (Object element : elements) {
      boolean there = false;
      for (Object before : once) {
        budget.take(1);
        there |= Values.equal(folded(before), folded(element), budget);
      }
      if (!there) {
        once.add(element);
      }
    }
    return once;
  }

  private List<@Nullable Object> filled(@Nullable Object value) {
    List<@Nullable Object> all = Values.elements(value, budget);
    if (all.isEmpty()) {
      throw new TemplateException("asks for the least or most of nothing");
    }
    return all;
  }

  private Object summed(@Nullable Object value) {
    Object sum = 0L;
    for (Object element : Values.elements(value, budget)) {
      sum = Arithmetic.apply("+", sum, element, budget);
    }
    return sum;
  }
}
