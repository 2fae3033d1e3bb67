package dev.chainrule.text.structure;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Excerpt;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Regular expressions in the syntax that Java, Python and JavaScript have in common. What is not
 * regular (references back, looking around), or means something else in one of them, is refused by
 * name.
 */
final class RegexParser {
  private static final int DEEPEST = 250;
  private static final int MOST_TIMES = 1_000_000;

  private final String origin;
  private final int[] pattern;
  private int at;
  private int depth;

  /**
   * What was read.
   *
   * @param options any of which may match
   */
  record Regex(List<Option> options) {
    /** All texts that match from their beginning to their end. */
    Expression whole() {
      return new Expression.Choice(options.stream().map(Option::body).toList());
    }

    /** All texts in which something matches. */
    Expression somewhere() {
      Expression any = Expression.any(new Expression.Characters(CodePoints.ALL));
      List<Expression> all = new ArrayList<>();
      for (Option option : options) {
        all.add(
            Expression.sequence(
                option.fromBegin() ? Expression.EMPTY : any,
                option.body(),
                option.toEnd() ? Expression.EMPTY : any));
      }
      return new Expression.Choice(all);
    }
  }

  /**
   * One of several.
   *
   * @param fromBegin whether it matches at the beginning alone
   * @param toEnd whether it matches up to the end alone
   */
  record Option(boolean fromBegin, Expression body, boolean toEnd) {}

  private RegexParser(String pattern, String origin) {
    this.pattern = pattern.codePoints().toArray();
    this.origin = origin;
  }

  /**
   * Reads an expression.
   *
   * @throws InputException if it is none, or has what is not supported; the sentence names the
   *     place
   */
  static Regex parse(String pattern, String origin) {
    return new RegexParser(pattern, origin).regex();
  }

  private Regex regex() {
    List<Option> options = new ArrayList<>();
    do {
      boolean fromBegin = take('^');
      Expression body = sequence();
      options.add(new Option(fromBegin, body, take('$')));
    } while (take('|'));
    if (at < pattern.length) {
      throw peek() == ')' ? refused("\")\" without \"(\"", "as many of both") : anchor();
    }
    return new Regex(options);
  }

  private InputException anchor() {
    return refused(
        "\"" + Character.toString(peek()) + "\"",
        "it at the ends of the expression or of its alternatives alone");
  }

  private Expression sequence() {
    List<Expression> parts = new ArrayList<>();
    while (at < pattern.length && "|)$".indexOf(peek()) < 0) {
      parts.add(repeated(atom()));
    }
    return parts.size() == 1 ? parts.getFirst() : new Expression.Sequence(parts);
  }

  private Expression atom() {
    int c = pattern[at++];
    if ("^*+?{".indexOf(c) >= 0) {
      at--;
      throw c == '^'
          ? anchor()
          : refused(
              "\"%c\"".formatted(c),
              "something before it to repeat, or \"\\%c\" for the character".formatted(c));
    }
    return switch (c) {
      case '.' -> new Expression.Characters(CharacterClasses.DOT);
      case '[' -> new Expression.Characters(set());
      case '\\' -> escape();
      case '(' -> group();
      default -> {
        at--;
        yield new Expression.Characters(CodePoints.of(character()));
      }
    };
  }

  /** A character as it is, which is a whole one. */
  private int character() {
    int c = pattern[at];
    if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
      throw refused("half a surrogate pair", "whole characters");
    }
    at++;
    return c;
  }

  private Expression group() {
    if (take('?')) {
      if (take('<')) {
        if (at < pattern.length && (peek() == '=' || peek() == '!')) {
          throw refused("looking behind", "none: it is no part of a regular language");
        }
        while (at < pattern.length && peek() != '>') {
          at++;
        }
        require('>', "the end of a group's name");
      } else if (at < pattern.length && (peek() == '=' || peek() == '!')) {
        throw refused("looking ahead", "none: it is no part of a regular language");
      } else if (!take(':')) {
        throw refused("\"(?\"", "\"(?:\" or \"(?<name>\": flags are not supported");
      }
    }
    if (++depth > DEEPEST) {
      throw refused("more than %d groups in each other".formatted(DEEPEST), "fewer");
    }
    List<Expression> options = new ArrayList<>();
    do {
      options.add(sequence());
    } while (take('|'));
    depth--;
    if (at < pattern.length && peek() == '$') {
      throw anchor();
    }
    require(')', "\")\" for each \"(\"");
    return options.size() == 1 ? options.getFirst() : new Expression.Choice(options);
  }

  private Expression repeated(Expression atom) {
    if (at == pattern.length || "*+?{".indexOf(peek()) < 0) {
      return atom;
    }
    int c = pattern[at++];
    int min = c == '+' ? 1 : 0;
    int max = c == '?' ? 1 : Expression.Repeat.UNBOUNDED;
    if (c == '{') {
      min = number();
      max = min;
      if (take(',')) {
        max = at < pattern.length && peek() == '}' ? Expression.Repeat.UNBOUNDED : number();
      }
      require('}', "{m}, {m,} or {m,n}, or \"\\{\" for the character");
      if (max < min) {
        throw refused("{%d,%d}".formatted(min, max), "no fewer at most than at least");
      }
    }
    // Who takes as little as possible matches the same texts as a whole.
    take('?');
    if (at < pattern.length && "*+?{".indexOf(peek()) >= 0) {
      throw refused(
          "a second \"%c\"".formatted(peek()), "one repetition of a character or a group");
    }
    return new Expression.Repeat(atom, min, max);
  }

  private int number() {
    int from = at;
    int number = 0;
    while (at < pattern.length && peek() >= '0' && peek() <= '9') {
      number = 10 * number + pattern[at++] - '0';
      if (number > MOST_TIMES) {
        throw refused("a repetition of more than %d times".formatted(MOST_TIMES), "fewer");
      }
    }
    if (at == from) {
      throw refused("\"{\" without a number", "{m}, {m,} or {m,n}, or \"\\{\" for the character");
    }
    return number;
  }

  private CodePoints set() {
    boolean not = take('^');
    CodePoints narrow = CodePoints.NONE;
    CodePoints wide = CodePoints.NONE;
    boolean first = true;
    while (at < pattern.length && (peek() != ']' || first)) {
      first = false;
      CharacterClasses.Borders one = member();
      if (at + 1 < pattern.length && peek() == '-' && pattern[at + 1] != ']') {
        at++;
        CharacterClasses.Borders last = member();
        if (one.single() < 0 || last.single() < one.single()) {
          throw refused("a range that has no end", "one from a character to a later one");
        }
        one = CharacterClasses.of(CodePoints.range(one.single(), last.single()));
      }
      narrow = narrow.or(one.narrow());
      wide = wide.or(one.wide());
    }
    require(']', "\"]\" for each \"[\"");
    return not ? wide.not() : narrow;
  }

  private CharacterClasses.Borders member() {
    if (at == pattern.length) {
      throw refused("the end", "\"]\" for each \"[\"");
    }
    int c = peek();
    if (c == '\\') {
      at++;
      return classEscape(true);
    }
    boolean both = at + 1 < pattern.length && pattern[at + 1] == '&';
    if (c == '[' || (c == '&' && both)) {
      throw refused(
          "\"%s\" in a class".formatted(c == '[' ? "[" : "&&"),
          "\"\\\" before it: languages differ");
    }
    return CharacterClasses.of(CodePoints.of(character()));
  }

  private Expression escape() {
    if (at < pattern.length) {
      int c = peek();
      if ((c >= '0' && c <= '9') || c == 'k') {
        throw refused("a reference back", "none: it is no part of a regular language");
      }
      if (c == 'b' || c == 'B') {
        throw refused("a word boundary", "none");
      }
    }
    return new Expression.Characters(classEscape(false).narrow());
  }

  private CharacterClasses.Borders classEscape(boolean inSet) {
    if (at == pattern.length) {
      throw refused("\"\\\" at the end", "a character after it");
    }
    int c = pattern[at];
    boolean letter = c < 0x80 && Character.isLetterOrDigit(c);
    if (!letter) {
      return CharacterClasses.of(CodePoints.of(character()));
    }
    at++;
    CharacterClasses.@Nullable Borders known = CharacterClasses.named(c);
    if (known != null) {
      return known;
    }
    return switch (c) {
      case 'x' -> CharacterClasses.of(CodePoints.of(hex(2)));
      case 'u' -> CharacterClasses.of(CodePoints.of(unicode()));
      case 'p', 'P' -> category(c == 'P');
      default -> {
        at--;
        throw refused(
            "\"\\%c\"%s".formatted(c, inSet ? " in a class" : ""),
            "\\d \\w \\s \\D \\W \\S \\n \\r \\t \\f \\xhh \\uhhhh \\p{..} or no letter");
      }
    };
  }

  private int unicode() {
    if (take('{')) {
      int value = 0;
      int from = at;
      while (at < pattern.length && Character.digit(peek(), 16) >= 0 && value < 0x110000) {
        value = 16 * value + Character.digit(pattern[at++], 16);
      }
      if (at == from || value > Character.MAX_CODE_POINT) {
        throw refused("\"\\u{\"", "the number of a character");
      }
      require('}', "\"}\" after the number of a character");
      return whole(value);
    }
    int value = hex(4);
    if (Character.isHighSurrogate((char) value) && take('\\') && take('u')) {
      int low = hex(4);
      if (Character.isLowSurrogate((char) low)) {
        return Character.toCodePoint((char) value, (char) low);
      }
    }
    return whole(value);
  }

  private int whole(int value) {
    if (value >= Character.MIN_SURROGATE && value <= Character.MAX_SURROGATE) {
      throw refused("half a surrogate pair", "whole characters");
    }
    return value;
  }

  private int hex(int digits) {
    int value = 0;
    for (int i = 0; i < digits; i++) {
      int digit = at < pattern.length && peek() < 0x80 ? Character.digit(peek(), 16) : -1;
      if (digit < 0) {
        throw refused("a number of fewer digits", digits + " hexadecimal digits");
      }
      value = 16 * value + digit;
      at++;
    }
    return value;
  }

  private CharacterClasses.Borders category(boolean not) {
    StringBuilder name = new StringBuilder();
    if (take('{')) {
      while (at < pattern.length && peek() != '}') {
        name.appendCodePoint(pattern[at++]);
      }
      require('}', "\"}\" after the name of a category");
    }
    CodePoints set = CharacterClasses.category(name.toString());
    if (set == null) {
      throw refused(
          "\\p{%s}".formatted(Excerpt.of(name.toString())),
          "a general category of Unicode, such as L or Nd");
    }
    return CharacterClasses.of(not ? set.not() : set);
  }

  private int peek() {
    return pattern[at];
  }

  private boolean take(int c) {
    if (at < pattern.length && pattern[at] == c) {
      at++;
      return true;
    }
    return false;
  }

  private void require(int c, String expected) {
    if (!take(c)) {
      throw refused(
          at == pattern.length ? "the end" : "\"" + Excerpt.of(Character.toString(peek())) + "\"",
          expected);
    }
  }

  private InputException refused(String found, String expected) {
    return new InputException(
        "%s: %s at character %d, expected %s".formatted(origin, found, at + 1, expected));
  }
}
