package dev.chainrule.text.template;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Values as text: as Python prints them, and as JSON. */
final class Writing {
  private final StringBuilder out = new StringBuilder();
  private final Budget budget;
  private List<String> separators = List.of(", ", ": ");
  private boolean ascii;

  private Writing(Budget budget) {
    this.budget = budget;
  }

  /** As {@code str}. */
  static String text(@Nullable Object value, Budget budget) {
    if (value instanceof String text) {
      return text;
    }
    if (value instanceof Undefined) {
      return "";
    }
    Writing writing = new Writing(budget);
    writing.python(value);
    return writing.out.toString();
  }

  private void append(String text) {
    budget.take(text.length());
    out.append(text);
  }

  private void python(@Nullable Object value) {
    budget.enter();
    switch (value) {
      case null -> append("None");
      case Boolean truth -> append(truth ? "True" : "False");
      case Long number -> append(number.toString());
      case Double number -> append(real(number));
      case String text -> quoted(text);
      case Undefined undefined -> append("Undefined");
      case List<?> list -> {
        boolean tuple = list instanceof Tuple;
        append(tuple ? "(" : "[");
        boolean first = true;
        for (Object element : list) {
          append(first ? "" : ", ");
          first = false;
          python(element);
        }
        append(tuple ? (list.size() == 1 ? ",)" : ")") : "]");
      }
      case Map<?, ?> map -> {
        append("{");
        boolean first = true;
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          append(first ? "" : ", ");
          first = false;
          python(entry.getKey());
          append(": ");
          python(entry.getValue());
        }
        append("}");
      }
      default -> throw new TemplateException("writes " + Values.type(value));
    }
    budget.leave();
  }

  /** Python's form: 1e16 and above with an exponent of two digits at least. */
  static String real(double number) {
    if (Double.isNaN(number)) {
      return "nan";
    }
    if (Double.isInfinite(number)) {
      return number > 0 ? "inf" : "-inf";
    }
    double size = Math.abs(number);
    if (size != 0 && (size < 1e-4 || size >= 1e16)) {
      String[] parts = Double.toString(number).split("E", -1);
      String digits =
          parts[0].endsWith(".0") ? parts[0].substring(0, parts[0].length() - 2) : parts[0];
      int exponent = parts.length > 1 ? Integer.parseInt(parts[1]) : 0;
      return "%se%s%02d".formatted(digits, exponent < 0 ? "-" : "+", Math.abs(exponent));
    }
    String plain = new java.math.BigDecimal(Double.toString(number)).toPlainString();
    return plain.contains(".") ? plain : plain + ".0";
  }

  private void quoted(String text) {
    char quote = text.contains("'") && !text.contains("\"") ? '"' : '\'';
    budget.take(text.length());
    out.append(quote);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case '\\' -> out.append("\\\\");
        default -> {
          if (c == quote) {
            out.append('\\').append(c);
          } else if (c < ' ' || c == 0x7F) {
            out.append("\\x%02x".formatted((int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append(quote);
  }

  /**
   * As {@code json.dumps} of Python.
   *
   * @param indent spaces of each level; null for all on one line
   * @param separators between elements, and between a key and its value
   * @param ascii whether other characters are escaped
   */
  static String json(
      @Nullable Object value,
      @Nullable Long indent,
      List<String> separators,
      boolean sorted,
      boolean ascii,
      Budget budget) {
    Writing writing = new Writing(budget);
    writing.separators = separators;
    writing.ascii = ascii;
    writing.json(value, indent, 0, sorted);
    return writing.out.toString();
  }

  private void json(@Nullable Object value, @Nullable Long indent, int level, boolean sorted) {
    budget.enter();
    switch (value) {
      case null -> append("null");
      case Boolean truth -> append(truth.toString());
      case Long number -> append(number.toString());
      case Double number ->
          append(
              Double.isNaN(number)
                  ? "NaN"
                  : Double.isInfinite(number)
                      ? (number > 0 ? "Infinity" : "-Infinity")
                      : real(number));
      case String text -> jsonText(text);
      case List<?> list -> {
        Iterator<?> elements = list.iterator();
        brackets(
            '[',
            ']',
            list.isEmpty(),
            indent,
            level,
            elements,
            () -> json(elements.next(), indent, level + 1, sorted));
      }
      case Map<?, ?> map -> {
        Iterator<? extends Map.Entry<?, ?>> entries =
            sorted
                ? map.entrySet().stream()
                    .sorted((a, b) -> Values.compare(a.getKey(), b.getKey(), budget))
                    .iterator()
                : map.entrySet().iterator();
        brackets(
            '{',
            '}',
            map.isEmpty(),
            indent,
            level,
            entries,
            () -> {
              Map.Entry<?, ?> entry = entries.next();
              Object key = entry.getKey();
              jsonText(
                  key instanceof String text
                      ? text
                      : json(key, null, separators, false, ascii, budget));
              append(separators.get(1));
              json(entry.getValue(), indent, level + 1, sorted);
            });
      }
      default -> throw new TemplateException("writes " + Values.type(value) + " as JSON");
    }
    budget.leave();
  }

  private void brackets(
      char open,
      char close,
      boolean empty,
      @Nullable Long indent,
      int level,
      Iterator<?> elements,
      Runnable element) {
    append(String.valueOf(open));
    while (elements.hasNext()) {
      newLine(indent, level + 1);
      element.run();
      append(elements.hasNext() ? separators.get(0) : "");
    }
    if (!empty) {
      newLine(indent, level);
    }
    append(String.valueOf(close));
  }

  private void newLine(@Nullable Long indent, int level) {
    if (indent != null) {
      long spaces = Math.max(0, indent) * level;
      budget.take(spaces);
      append("\n" + " ".repeat((int) spaces));
    }
  }

  private void jsonText(String text) {
    budget.take(text.length());
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case '\b' -> out.append("\\b");
        case '\f' -> out.append("\\f");
        default -> {
          if (c < ' ' || (ascii && c > '~')) {
            budget.take(6);
            out.append("\\u%04x".formatted((int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
