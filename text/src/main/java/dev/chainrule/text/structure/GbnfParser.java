package dev.chainrule.text.structure;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Excerpt;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Grammars in llama.cpp's notation, GBNF: {@code name ::= "text" [a-z] other-rule (x | y)* z{2,3} #
 * comment}. A rule ends with its line, unless that is within brackets, or the next one begins with
 * {@code |}.
 */
final class GbnfParser {
  private static final int DEEPEST = 250;
  private static final int MOST_TIMES = 1_000_000;
  private static final String ROOT = "root";

  private final String origin;
  private final int[] text;
  private final Map<String, Integer> numbers = new HashMap<>();
  private final List<String> names = new ArrayList<>();
  private final List<Expression> bodies = new ArrayList<>();

  /** Where each rule is first called; 0 for those that are not. */
  private final List<Integer> lines = new ArrayList<>();

  /** Line in which each rule stands; 0 as long as it does not. */
  private final List<Integer> defined = new ArrayList<>();

  private int at;
  private int line = 1;
  private int depth;

  private GbnfParser(String text, String origin) {
    this.text = text.codePoints().toArray();
    this.origin = origin;
  }

  /**
   * Reads a grammar.
   *
   * @throws InputException if it is none; the sentence names the line
   */
  static Grammar parse(String text, String origin) {
    return new GbnfParser(text, origin).grammar();
  }

  private Grammar grammar() {
    skip(true);
    while (at < text.length) {
      rule();
      skip(true);
    }
    for (int rule = 0; rule < names.size(); rule++) {
      if (defined.get(rule) == 0) {
        line = lines.get(rule);
        throw refused(
            "the rule \"%s\" that is not there".formatted(Excerpt.of(names.get(rule))),
            "a rule of that name");
      }
    }
    Integer root = numbers.get(ROOT);
    if (root == null) {
      throw new InputException(origin + ": has no rule \"root\", expected one");
    }
    List<String> described =
        names.stream().map(name -> "the rule \"" + Excerpt.of(name) + "\"").toList();
    return new Grammar(origin, described, bodies, root);
  }

  private void rule() {
    int begun = line;
    int rule = number(name());
    if (defined.get(rule) > 0) {
      throw refused(
          "the rule \"%s\" again".formatted(Excerpt.of(names.get(rule))),
          "it once, as in line " + defined.get(rule));
    }
    defined.set(rule, begun);
    skip(false);
    for (int c : new int[] {':', ':', '='}) {
      require(c, "\"::=\" after the name of a rule");
    }
    skip(true);
    bodies.set(rule, options(false));
    skip(false);
    if (at < text.length && text[at] != '\n' && text[at] != '\r') {
      throw refused(shown(), "the end of the rule");
    }
  }

  private String name() {
    StringBuilder name = new StringBuilder();
    while (at < text.length && isName(text[at])) {
      name.appendCodePoint(text[at++]);
    }
    if (name.isEmpty()) {
      throw refused(shown(), "the name of a rule: letters, digits, - and _");
    }
    return name.toString();
  }

  private static boolean isName(int c) {
    return c < 0x80 && (Character.isLetterOrDigit(c) || c == '-' || c == '_');
  }

  private int number(String name) {
    Integer known = numbers.get(name);
    if (known == null) {
      known = names.size();
      numbers.put(name, known);
      names.add(name);
      bodies.add(Expression.NOTHING);
      lines.add(line);
      defined.add(0);
    }
    return known;
  }

  private Expression options(boolean nested) {
    if (++depth > DEEPEST) {
      throw refused("more than %d brackets in each other".formatted(DEEPEST), "fewer");
    }
    List<Expression> options = new ArrayList<>();
    options.add(sequence(nested));
    while (anotherOption(nested)) {
      at++;
      skip(true);
      options.add(sequence(nested));
    }
    depth--;
    return options.size() == 1 ? options.getFirst() : new Expression.Choice(options);
  }

  /** Whether there is one, in this line or at the beginning of a later one. */
  private boolean anotherOption(boolean nested) {
    if (at < text.length && text[at] == '|') {
      return true;
    }
    if (nested) {
      return false;
    }
    int here = at;
    int hereLine = line;
    skip(true);
    if (at < text.length && text[at] == '|') {
      return true;
    }
    at = here;
    line = hereLine;
    return false;
  }

  private Expression sequence(boolean nested) {
    List<Expression> parts = new ArrayList<>();
    while (at < text.length) {
      int c = text[at];
      Expression part;
      if (c == '"') {
        part = literal();
      } else if (c == '[') {
        part = new Expression.Characters(set());
      } else if (c == '.') {
        at++;
        part = new Expression.Characters(CodePoints.ALL);
      } else if (c == '(') {
        at++;
        skip(true);
        part = options(true);
        require(')', "\")\" for each \"(\"");
      } else if (isName(c)) {
        part = new Expression.Call(number(name()));
      } else if (c == '<' || c == '!') {
        throw refused(shown(), "texts: tokens in grammars are not supported");
      } else {
        break;
      }
      parts.add(repeated(part));
      skip(nested);
    }
    return parts.size() == 1 ? parts.getFirst() : new Expression.Sequence(parts);
  }

  private Expression repeated(Expression part) {
    Expression expression = part;
    for (int times = 0; at < text.length && "*+?{".indexOf(text[at]) >= 0; times++) {
      if (times == DEEPEST) {
        throw refused("more than %d repetitions of each other".formatted(DEEPEST), "fewer");
      }
      int c = text[at++];
      int min = c == '+' ? 1 : 0;
      int max = c == '?' ? 1 : Expression.Repeat.UNBOUNDED;
      if (c == '{') {
        skip(false);
        min = at < text.length && text[at] == ',' ? 0 : times();
        max = min;
        skip(false);
        if (at < text.length && text[at] == ',') {
          at++;
          skip(false);
          max = at < text.length && text[at] == '}' ? Expression.Repeat.UNBOUNDED : times();
          skip(false);
        }
        require('}', "{m}, {m,} or {m,n}");
        if (max < min) {
          throw refused("{%d,%d}".formatted(min, max), "no fewer at most than at least");
        }
      }
      expression = new Expression.Repeat(expression, min, max);
    }
    return expression;
  }

  private int times() {
    int number = 0;
    int from = at;
    while (at < text.length && text[at] >= '0' && text[at] <= '9') {
      number = 10 * number + text[at++] - '0';
      if (number > MOST_TIMES) {
        throw refused("a repetition of more than %d times".formatted(MOST_TIMES), "fewer");
      }
    }
    if (at == from) {
      throw refused(shown(), "{m}, {m,} or {m,n}");
    }
    return number;
  }

  private Expression literal() {
    at++;
    StringBuilder literal = new StringBuilder();
    while (at < text.length && text[at] != '"') {
      literal.appendCodePoint(character());
    }
    require('"', "\"\"\" at the end of a text");
    return Expression.literal(literal.toString());
  }

  private CodePoints set() {
    at++;
    boolean not = at < text.length && text[at] == '^';
    at += not ? 1 : 0;
    CodePoints set = CodePoints.NONE;
    while (at < text.length && text[at] != ']') {
      int first = character();
      int last = first;
      if (at + 1 < text.length && text[at] == '-' && text[at + 1] != ']') {
        at++;
        last = character();
        if (last < first) {
          throw refused("a range that has no end", "one from a character to a later one");
        }
      }
      set = set.or(CodePoints.range(first, last));
    }
    require(']', "\"]\" for each \"[\"");
    return not ? set.not() : set;
  }

  private int character() {
    int c = text[at++];
    if (c == '\n') {
      line++;
    }
    if (c == '\\') {
      c = escape();
    }
    if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
      throw refused("half a surrogate pair", "whole characters");
    }
    return c;
  }

  private int escape() {
    if (at == text.length) {
      throw refused("the end", "a character after \"\\\"");
    }
    int c = text[at++];
    return switch (c) {
      case 'x' -> hex(2);
      case 'u' -> hex(4);
      case 'U' -> hex(8);
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case '\\', '"', '[', ']', '-', '^' -> c;
      default -> {
        at--;
        throw refused(
            "\"\\%s\"".formatted(Excerpt.of(Character.toString(c))),
            "\\n \\r \\t \\\\ \\\" \\[ \\] \\- \\^ \\xhh \\uhhhh \\Uhhhhhhhh");
      }
    };
  }

  private int hex(int digits) {
    long value = 0;
    for (int i = 0; i < digits; i++) {
      int digit = at < text.length && text[at] < 0x80 ? Character.digit(text[at], 16) : -1;
      if (digit < 0) {
        throw refused("a number of fewer digits", digits + " hexadecimal digits");
      }
      value = 16 * value + digit;
      at++;
    }
    if (value > Character.MAX_CODE_POINT) {
      throw refused("\\U%08X".formatted(value), "a character of Unicode");
    }
    return (int) value;
  }

  /** Over spaces and comments, and ends of lines if they mean nothing here. */
  private void skip(boolean lineEnds) {
    while (at < text.length) {
      int c = text[at];
      if (c == '#') {
        while (at < text.length && text[at] != '\n' && text[at] != '\r') {
          at++;
        }
      } else if (c == ' ' || c == '\t' || (lineEnds && (c == '\n' || c == '\r'))) {
        line += c == '\n' ? 1 : 0;
        at++;
      } else {
        return;
      }
    }
  }

  private void require(int c, String expected) {
    if (at == text.length || text[at] != c) {
      throw refused(shown(), expected);
    }
    at++;
  }

  private String shown() {
    return at == text.length
        ? "the end"
        : text[at] == '\n'
            ? "the end of the line"
            : "\"" + Excerpt.of(Character.toString(text[at])) + "\"";
  }

  private InputException refused(String found, String expected) {
    return new InputException("%s:%d: %s, expected %s".formatted(origin, line, found, expected));
  }
}
