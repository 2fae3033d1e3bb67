package dev.chainrule.text.template;

import dev.chainrule.text.template.Callables.Given;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The filters behind {@code |}. */
final class Filters {
  private static final Pattern WORD = Pattern.compile("\\w+", Pattern.UNICODE_CHARACTER_CLASS);

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
      case "int" -> Numbers.toInt(value, given, budget);
      case "float" -> Numbers.toFloat(value, given, budget);
      case "abs" ->
          Values.number(value) instanceof Long n
              ? (Object) Math.absExact(n)
              : Math.abs(Numbers.real(value));
      case "round" -> Numbers.rounded(value, given);
      case "tojson" -> json(value, given);
      case "items" -> value instanceof Map<?, ?> map ? Methods.items(map, budget) : items(value);
      case "dictsort" -> sortedItems(value, given);
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
      case "unique" -> unique(value, given);
      case "min" -> extreme(name, value, given);
      case "max" -> extreme(name, value, given);
      case "sum" -> summed(value, given);
      default -> ofText(name, value, given);
    };
  }

  private Object ofText(String name, @Nullable Object value, Given given) {
    String text = Writing.text(value, budget);
    budget.take(text.length());
    return switch (name) {
      case "trim" -> Methods.strip(text, given, true, true, budget);
      case "upper" -> text.toUpperCase(Locale.ROOT);
      case "lower" -> text.toLowerCase(Locale.ROOT);
      case "capitalize" -> Methods.capitalized(text);
      case "title" -> titled(text);
      case "replace" ->
          Methods.replace(
              text,
              given.text(0, "old", null),
              given.text(1, "new", null),
              given.number(2, "count", -1),
              budget);
      case "wordcount" -> WORD.matcher(text).results().count();
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

  /** Words begin after these, as jinja2 has it, and not after an apostrophe. */
  private static String titled(String text) {
    StringBuilder title = new StringBuilder(text.length());
    boolean begins = true;
    for (int c : text.codePoints().toArray()) {
      boolean between = Methods.isSpace(c) || "-({[<".indexOf(c) >= 0;
      title.append(
          begins && !between
              ? Character.toString(c).toUpperCase(Locale.ROOT)
              : Character.toString(c).toLowerCase(Locale.ROOT));
      begins = between;
    }
    return title.toString();
  }

  private List<@Nullable Object> sortedItems(@Nullable Object value, Given given) {
    if (!(value instanceof Map<?, ?> map)) {
      throw new TemplateException("sorts the items of " + Values.shown(value));
    }
    boolean exact = Values.truth(given.get(0, "case_sensitive", false));
    String by = given.text(1, "by", "key");
    boolean reverse = Values.truth(given.get(2, "reverse", false));
    if (!by.equals("key") && !by.equals("value")) {
      throw new TemplateException("sorts by \"" + by + "\", expected key or value");
    }
    int place = by.equals("key") ? 0 : 1;
    List<@Nullable Object> items = Methods.items(map, budget);
    return inOrder(items, keys(items, (long) place, exact), reverse);
  }

  /**
   * What elements are compared by: they or their attribute, texts in small letters or as they are.
   */
  private List<@Nullable Object> keys(
      List<@Nullable Object> elements, @Nullable Object attribute, boolean exact) {
    List<@Nullable Object> keys = new ArrayList<>(attributes(elements, attribute));
    if (!exact) {
      keys.replaceAll(
          key -> key instanceof String text ? budget.made(text.toLowerCase(Locale.ROOT)) : key);
    }
    return keys;
  }

  private List<@Nullable Object> inOrder(
      List<@Nullable Object> elements, List<@Nullable Object> keys, boolean reverse) {
    budget.take(16L * elements.size());
    List<Integer> places = new ArrayList<>();
    for (int i = 0; i < elements.size(); i++) {
      places.add(i);
    }
    Comparator<Integer> order = (a, b) -> Values.compare(keys.get(a), keys.get(b), budget);
    places.sort(reverse ? order.reversed() : order);
    List<@Nullable Object> ordered = new ArrayList<>();
    places.forEach(place -> ordered.add(elements.get(place)));
    return ordered;
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
    budget.look(names.length());
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
    return inOrder(all, keys(all, attribute, exact), reverse);
  }

  private List<@Nullable Object> unique(@Nullable Object value, Given given) {
    boolean exact = Values.truth(given.get(0, "case_sensitive", false));
    List<@Nullable Object> elements = Values.elements(value, budget);
    List<@Nullable Object> keys = keys(elements, given.get(1, "attribute", null), exact);
    List<@Nullable Object> once = new ArrayList<>();
    List<@Nullable Object> met = new ArrayList<>();
    for (int i = 0; i < elements.size(); i++) {
      Object key = keys.get(i);
      boolean there = false;
      for (Object before : met) {
        budget.take(1);
        there |= Values.equal(before, key, budget);
      }
      if (!there) {
        met.add(key);
        once.add(elements.get(i));
      }
    }
    return once;
  }

  /** The least or the most, of equal ones the first. */
  private @Nullable Object extreme(String name, @Nullable Object value, Given given) {
    boolean exact = Values.truth(given.get(0, "case_sensitive", false));
    List<@Nullable Object> elements = Values.elements(value, budget);
    List<@Nullable Object> keys = keys(elements, given.get(1, "attribute", null), exact);
    int sign = name.equals("min") ? -1 : 1;
    int best = 0;
    for (int i = 1; i < keys.size(); i++) {
      best = sign * Values.compare(keys.get(i), keys.get(best), budget) > 0 ? i : best;
    }
    return elements.isEmpty() ? new Undefined("the " + name + " of nothing") : elements.get(best);
  }

  private @Nullable Object summed(@Nullable Object value, Given given) {
    Object sum = given.get(1, "start", 0L);
    List<@Nullable Object> elements = Values.elements(value, budget);
    for (Object element : attributes(elements, given.get(0, "attribute", null))) {
      sum = Arithmetic.apply("+", sum, element, budget);
    }
    return sum;
  }
}
