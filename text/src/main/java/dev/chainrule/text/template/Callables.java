package dev.chainrule.text.template;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a template can call, and what it is called with. There is nothing else. */
final class Callables {
  private Callables() {}

  /** Functions that every template has. */
  enum Function {
    RANGE("range"),
    NAMESPACE("namespace"),
    DICT("dict"),
    RAISE_EXCEPTION("raise_exception"),
    STRFTIME_NOW("strftime_now");

    private final String templateName;

    Function(String templateName) {
      this.templateName = templateName;
    }

    String templateName() {
      return templateName;
    }
  }

  /** A method of a text, a list or a map. Each is equal to itself alone. */
  static final class Method {
    private final Object self;
    private final String name;

    Method(Object self, String name) {
      this.self = self;
      this.name = name;
    }

    Object self() {
      return self;
    }

    String name() {
      return name;
    }
  }

  /** A macro of the template, with the variables around it. */
  static final class Macro {
    private final Statement.Macro code;
    private final Scope scope;

    Macro(Statement.Macro code, Scope scope) {
      this.code = code;
      this.scope = scope;
    }

    Statement.Macro code() {
      return code;
    }

    Scope scope() {
      return scope;
    }
  }

  /** Variables that loops can set. */
  static final class Namespace {
    private final Map<@Nullable Object, @Nullable Object> values;

    Namespace(Map<@Nullable Object, @Nullable Object> values) {
      this.values = values;
    }

    Map<@Nullable Object, @Nullable Object> values() {
      return values;
    }
  }

  /** Values of arguments. */
  record Given(String of, List<@Nullable Object> positional, Map<String, @Nullable Object> named) {
    /** Argument {@code i}, or the one of this name; the usual value if neither was given. */
    @Nullable Object get(int i, String name, @Nullable Object usual) {
      if (i < positional.size()) {
        return positional.get(i);
      }
      return named.containsKey(name) ? named.get(name) : usual;
    }

    String text(int i, String name, @Nullable String usual) {
      Object value = get(i, name, usual);
      if (value instanceof String text) {
        return text;
      }
      throw new TemplateException(
          "calls %s with %s %s, expected a text".formatted(of, name, Values.shown(value)));
    }

    long number(int i, String name, long usual) {
      return Values.integer(get(i, name, usual), of + "'s " + name);
    }

    void atMost(int count) {
      if (positional.size() + named.size() > count) {
        throw new TemplateException(
            "calls %s with %d arguments, expected at most %d"
                .formatted(of, positional.size() + named.size(), count));
      }
    }
  }

  static Map<String, @Nullable Object> globals() {
    Map<String, @Nullable Object> globals = new LinkedHashMap<>();
    for (Function function : Function.values()) {
      globals.put(function.templateName(), function);
    }
    return globals;
  }
}
