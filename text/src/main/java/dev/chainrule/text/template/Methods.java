package dev.chainrule.text.template;

import dev.chainrule.text.template.Callables.Given;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The methods of texts, lists and maps that templates use; none changes what it belongs to. */
final class Methods {
  private static final Set<String> OF_TEXTS =
      Set.of(
          "strip",
          "lstrip",
          "rstrip",
          "split",
          "rsplit",
          "splitlines",
          "startswith",
          "endswith",
          "upper",
          "lower",
          "capitalize",
          "title",
          "replace",
          "join",
          "find",
          "rfind",
          "count",
          "isdigit",
          "format",
          "isalpha",
          "isspace",
          "removeprefix",
          "removesuffix");
  private static final Set<String> OF_LISTS = Set.of("count", "index");
  private static final Set<String> OF_MAPS = Set.of("get", "items", "keys", "values");

  /** Comparing a text to one of several takes at least as long as looking at so many. */
  private static final int CHARACTERS_OF_A_CALL = 16;

  private Methods() {}

  static boolean has(@Nullable Object self, String name) {
    return switch (self) {
      case String text -> OF_TEXTS.contains(name);
      case List<?> list -> OF_LISTS.contains(name);
      case Map<?, ?> map -> OF_MAPS.contains(name);
      case null -> false;
      default -> false;
    };
  }

  static @Nullable Object call(Callables.Method method, Given given, Budget budget) {
    given.atMost(method.name().equals("format") ? 64 : 3);
    return switch (method.self()) {
      case String text -> {
        budget.take(text.length());
        yield ofText(text, method.name(), given, budget);
      }
      case List<?> list -> ofList(list, method.name(), given, budget);
      case Map<?, ?> map -> ofMap(map, method.name(), given, budget);
      default -> throw new IllegalStateException(method.name());
    };
  }

  private static @Nullable Object ofMap(Map<?, ?> map, String name, Given given, Budget budget) {
    budget.take(map.size());
    return switch (name) {
      case "get" -> {
        Object key = given.get(0, "key", null);
        yield Values.hasKey(map, key, budget) ? map.get(key) : given.get(1, "default", null);
      }
      case "keys" -> new ArrayList<@Nullable Object>(map.keySet());
      case "values" -> new ArrayList<@Nullable Object>(map.values());
      default -> items(map, budget);
    };
  }

  static List<@Nullable Object> items(Map<?, ?> map, Budget budget) {
    budget.take(3L * map.size());
    List<@Nullable Object> items = new ArrayList<>();
    map.forEach(
        (key, value) -> {
          List<@Nullable Object> pair = new ArrayList<>();
          pair.add(key);
          pair.add(value);
          items.add(new Tuple(pair));
        });
    return items;
  }

  private static Object ofList(List<?> list, String name, Given given, Budget budget) {
    Object value = given.get(0, "value", null);
    long count = 0;
    for (int i = 0; i < list.size(); i++) {
      budget.take(1);
      if (Values.equal(list.get(i), value, budget)) {
        if (name.equals("index")) {
          return (long) i;
        }
        count++;
      }
    }
    if (name.equals("index")) {
      throw new TemplateException("asks for the index of what is not in the list");
    }
    return count;
  }

  private static Object ofText(String text, String name, Given given, Budget budget) {
    return switch (name) {
      case "strip" -> strip(text, given, true, true, budget);
      case "lstrip" -> strip(text, given, true, false, budget);
      case "rstrip" -> strip(text, given, false, true, budget);
      case "split" -> split(text, given, false, budget);
      case "rsplit" -> split(text, given, true, budget);
      case "splitlines" -> lines(text, budget);
      case "startswith" -> any(given, text::startsWith, budget);
      case "endswith" -> any(given, text::endsWith, budget);
      case "upper" -> budget.made(text.toUpperCase(Locale.ROOT));
      case "lower" -> budget.made(text.toLowerCase(Locale.ROOT));
      case "capitalize" -> capitalized(text);
      case "title" -> title(text);
      case "replace" ->
          replace(
              text,
              given.text(0, "old", null),
              given.text(1, "new", null),
              given.number(2, "count", -1),
              budget);
      case "join" -> join(Values.elements(given.get(0, "iterable", null), budget), text, budget);
      case "find" -> place(text, text.indexOf(sought(text, given, budget)));
      case "rfind" -> place(text, text.lastIndexOf(sought(text, given, budget)));
      case "count" -> occurrences(text, sought(text, given, budget));
      case "format" -> formatted(text, given, budget);
      case "isdigit" -> all(text, Character::isDigit);
      case "isalpha" -> all(text, Character::isLetter);
      case "isspace" -> all(text, Methods::isSpace);
      case "removeprefix" -> {
        String prefix = given.text(0, "prefix", null);
        yield text.startsWith(prefix) ? text.substring(prefix.length()) : text;
      }
      default -> {
        String suffix = given.text(0, "suffix", null);
        yield text.endsWith(suffix) ? text.substring(0, text.length() - suffix.length()) : text;
      }
    };
  }

  private static String sought(String text, Given given, Budget budget) {
    String part = given.text(0, "sub", null);
    budget.search(text, part);
    return part;
  }

  /** Fields are numbers or names; attributes and formats of fields are refused. */
  private static String formatted(String text, Given given, Budget budget) {
    StringBuilder out = new StringBuilder();
    int next = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean twice = i + 1 < text.length() && text.charAt(i + 1) == c;
      if ((c == '{' || c == '}') && twice) {
        out.append(c);
        i++;
      } else if (c == '{') {
        int end = text.indexOf('}', i);
        String field = end < 0 ? "{" : text.substring(i + 1, end);
        String name = field.isEmpty() ? String.valueOf(next++) : field;
        Object value = new Undefined("the field \"" + field + "\" of a format");
        if (name.matches("\\d{1,3}")) {
          value = given.get(Integer.parseInt(name), name, value);
        } else if (given.named().containsKey(name)) {
          value = given.named().get(name);
        }
        if (value instanceof Undefined undefined) {
          throw undefined.refusal();
        }
        String shown = Writing.text(value, budget);
        budget.take(shown.length());
        out.append(shown);
        i = end;
      } else {
        out.append(c);
      }
    }
    return budget.made(out.toString());
  }

  private static boolean any(Given given, Predicate<String> test, Budget budget) {
    Object wanted = given.get(0, "prefix", null);
    if (!(wanted instanceof List<?> several)) {
      return test.test(given.text(0, "prefix", null));
    }
    for (Object one : several) {
      if (!(one instanceof String part)) {
        throw new TemplateException(
            "calls %s with %s among several, expected texts"
                .formatted(given.of(), Values.shown(one)));
      }
      budget.look(CHARACTERS_OF_A_CALL + part.length());
      if (test.test(part)) {
        return true;
      }
    }
    return false;
  }

  private static boolean all(String text, IntPredicate test) {
    return !text.isEmpty() && text.codePoints().allMatch(test);
  }

  static boolean isSpace(int c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == 0x85;
  }

  private static Object place(String text, int at) {
    return at < 0 ? -1L : (long) text.codePointCount(0, at);
  }

  static String strip(String text, Given given, boolean left, boolean right, Budget budget) {
    Object characters = given.get(0, "chars", null);
    if (characters != null && !(characters instanceof String)) {
      throw new TemplateException("strips %s, expected a text".formatted(Values.shown(characters)));
    }
    if (characters instanceof String set) {
      budget.search(text, set);
    }
    IntPredicate out =
        characters instanceof String set ? c -> set.indexOf(c) >= 0 : Methods::isSpace;
    int from = 0;
    int to = text.length();
    while (left && from < to && out.test(text.codePointAt(from))) {
      from += Character.charCount(text.codePointAt(from));
    }
    while (right && to > from && out.test(text.codePointBefore(to))) {
      to -= Character.charCount(text.codePointBefore(to));
    }
    return text.substring(from, to);
  }

  private static List<@Nullable Object> split(
      String text, Given given, boolean fromRight, Budget budget) {
    Object separator = given.get(0, "sep", null);
    long most = given.number(1, "maxsplit", -1);
    most = most < 0 ? Long.MAX_VALUE : most;
    List<@Nullable Object> parts = new ArrayList<>();
    if (separator == null) {
      if (fromRight && most < Long.MAX_VALUE) {
        throw new TemplateException("calls rsplit with a number and no separator");
      }
      Given none = new Given("split", List.of(), Map.of());
      String rest = strip(text, none, true, false, budget);
      while (!rest.isEmpty()) {
        int end = 0;
        while (end < rest.length() && !isSpace(rest.charAt(end))) {
          end++;
        }
        budget.take(1 + (parts.size() < most ? 0 : rest.length()));
        if (parts.size() == most) {
          parts.add(rest);
          break;
        }
        parts.add(rest.substring(0, end));
        budget.take(rest.length() / 8);
        rest = strip(rest.substring(end), none, true, false, budget);
      }
      return parts;
    }
    String mark = given.text(0, "sep", null);
    if (mark.isEmpty()) {
      throw new TemplateException("splits a text at an empty one");
    }
    budget.search(text, mark);
    if (fromRight) {
      int end = text.length();
      int at = end < mark.length() ? -1 : text.lastIndexOf(mark, end - mark.length());
      while (at >= 0 && parts.size() < most) {
        budget.take(1);
        parts.addFirst(text.substring(at + mark.length(), end));
        end = at;
        at = end < mark.length() ? -1 : text.lastIndexOf(mark, end - mark.length());
      }
      parts.addFirst(text.substring(0, end));
      return parts;
    }
    int from = 0;
    int at = text.indexOf(mark);
    while (at >= 0 && parts.size() < most) {
      budget.take(1);
      parts.add(text.substring(from, at));
      from = at + mark.length();
      at = text.indexOf(mark, from);
    }
    parts.add(text.substring(from));
    return parts;
  }

  private static List<@Nullable Object> lines(String text, Budget budget) {
    budget.take(text.length());
    return new ArrayList<>(text.lines().toList());
  }

  static String capitalized(String text) {
    if (text.isEmpty()) {
      return text;
    }
    int first = Character.charCount(text.codePointAt(0));
    return text.substring(0, first).toUpperCase(Locale.ROOT)
        + text.substring(first).toLowerCase(Locale.ROOT);
  }

  static String title(String text) {
    StringBuilder title = new StringBuilder();
    boolean begins = true;
    for (int c : text.codePoints().toArray()) {
      title.appendCodePoint(begins ? Character.toTitleCase(c) : Character.toLowerCase(c));
      begins = !Character.isLetter(c);
    }
    return title.toString();
  }

  static String replace(String text, String old, String with, long count, Budget budget) {
    budget.search(text, old);
    long most = count < 0 ? Long.MAX_VALUE : count;
    StringBuilder replaced = new StringBuilder();
    int from = 0;
    long done = 0;
    while (done < most && from <= text.length()) {
      int at = old.isEmpty() ? from : text.indexOf(old, from);
      if (at < 0) {
        break;
      }
      budget.take(1L + with.length());
      replaced.append(text, from, at).append(with);
      done++;
      from = at + old.length();
      if (old.isEmpty()) {
        if (at == text.length()) {
          return replaced.toString();
        }
        replaced.append(text.charAt(at));
        from = at + 1;
      }
    }
    return replaced.append(text, Math.min(from, text.length()), text.length()).toString();
  }

  private static Object occurrences(String text, String part) {
    if (part.isEmpty()) {
      return text.codePointCount(0, text.length()) + 1L;
    }
    long count = 0;
    for (int at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length())) {
      count++;
    }
    return count;
  }

  static String join(List<@Nullable Object> elements, String between, Budget budget) {
    StringBuilder joined = new StringBuilder();
    for (int i = 0; i < elements.size(); i++) {
      String text = Writing.text(elements.get(i), budget);
      budget.take((long) between.length() + text.length());
      joined.append(i == 0 ? "" : between).append(text);
    }
    return joined.toString();
  }
}
