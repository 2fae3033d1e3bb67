package dev.chainrule.text.template;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Splits a template's source into tokens as jinja2 does with {@code trim_blocks} and {@code
 * lstrip_blocks}: the line end after a block is no text, nor are the spaces before one that begins
 * its line.
 */
final class Lexer {
  private static final Pattern TAG = Pattern.compile("\\{[{%#]");
  private static final Pattern RAW = Pattern.compile("\\{%[-+]?\\s*raw\\s*(-%}\\s*|%})");
  private static final Pattern END_RAW =
      Pattern.compile("\\{%([-+]?)\\s*endraw\\s*(?:\\+%}|-%}\\s*|%}\\n?)");
  private static final Pattern END_COMMENT = Pattern.compile("\\+#}|-#}\\s*|#}\\n?");
  private static final Pattern END_BLOCK = Pattern.compile("(?:[+]%}|-%}\\s*|%}\\n?)");
  private static final Pattern END_VARIABLE = Pattern.compile("(?:-}}\\s*|}})");
  private static final Pattern SPACE = Pattern.compile("\\s+");
  private static final Pattern FLOAT =
      Pattern.compile("\\d[\\d_]*(?:\\.\\d+(?:[eE][+-]?\\d+)?|[eE][+-]?\\d+)");
  private static final Pattern INTEGER = Pattern.compile("\\d[\\d_]*");
  private static final Pattern NAME = Pattern.compile("[\\p{L}_][\\p{L}\\p{N}_]*");
  private static final Pattern OPERATOR =
      Pattern.compile("(?:\\*\\*|//|==|!=|>=|<=|[-+*/%~\\[\\](){}<>=.:|,])");

  private final String source;
  private final List<Token> tokens = new ArrayList<>();
  private int at;
  private int line = 1;
  private int counted;

  private Lexer(String source) {
    this.source = source;
  }

  static List<Token> tokens(String template) {
    String source = template.replace("\r\n", "\n").replace('\r', '\n');
    if (source.endsWith("\n")) {
      source = source.substring(0, source.length() - 1);
    }
    Lexer lexer = new Lexer(source);
    lexer.run();
    return lexer.tokens;
  }

  private void run() {
    boolean lineBegins = true;
    Matcher tags = TAG.matcher(source);
    while (tags.find(at)) {
      int begin = tags.start();
      char kind = source.charAt(begin + 1);
      char sign = begin + 2 < source.length() ? source.charAt(begin + 2) : ' ';
      text(stripped(source.substring(at, begin), kind, sign, lineBegins));
      at = begin;
      if (kind == '#') {
        comment();
      } else if (kind == '%' && !raw()) {
        at += sign == '-' || sign == '+' ? 3 : 2;
        add(Token.Kind.BLOCK_BEGIN, "");
        inside(END_BLOCK, Token.Kind.BLOCK_END);
      } else if (kind == '{') {
        at += sign == '-' || sign == '+' ? 3 : 2;
        add(Token.Kind.VARIABLE_BEGIN, "");
        inside(END_VARIABLE, Token.Kind.VARIABLE_END);
      }
      lineBegins = at > 0 && source.charAt(at - 1) == '\n';
    }
    text(source.substring(at));
    at = source.length();
    add(Token.Kind.END, "");
  }

  private static String stripped(String text, char kind, char sign, boolean lineBegins) {
    if (sign == '-') {
      return text.stripTrailing();
    }
    if (sign == '+' || kind == '{') {
      return text;
    }
    int begin = text.lastIndexOf('\n') + 1;
    boolean whole = begin > 0 || lineBegins;
    return whole && text.substring(begin).isBlank() ? text.substring(0, begin) : text;
  }

  private void text(String text) {
    if (!text.isEmpty()) {
      add(Token.Kind.TEXT, text);
    }
  }

  private void add(Token.Kind kind, String text) {
    while (counted < at) {
      if (source.charAt(counted++) == '\n') {
        line++;
      }
    }
    tokens.add(new Token(kind, text, line));
  }

  private TemplateException refusal(String sentence) {
    add(Token.Kind.END, "");
    return new TemplateException(sentence, line);
  }

  private void comment() {
    Matcher end = END_COMMENT.matcher(source);
    if (!end.find(at + 2)) {
      throw refusal("has a comment without its end, expected #}");
    }
    at = end.end();
  }

  /** Text in which tags are none; false if no such begins here. */
  private boolean raw() {
    Matcher begin = RAW.matcher(source).region(at, source.length());
    if (!begin.lookingAt()) {
      return false;
    }
    Matcher end = END_RAW.matcher(source);
    if (!end.find(begin.end())) {
      throw refusal("has a raw block without its end, expected {% endraw %}");
    }
    String content = source.substring(begin.end(), end.start());
    text(stripped(content, '%', end.group(1).isEmpty() ? ' ' : end.group(1).charAt(0), false));
    at = end.end();
    return true;
  }

  private boolean take(Pattern pattern) {
    Matcher matcher = pattern.matcher(source).region(at, source.length());
    if (!matcher.lookingAt()) {
      return false;
    }
    at = matcher.end();
    return true;
  }

  private void inside(Pattern end, Token.Kind endKind) {
    Deque<Character> open = new ArrayDeque<>();
    while (at < source.length()) {
      int begin = at;
      if (take(SPACE)) {
        continue;
      }
      if (open.isEmpty() && take(end)) {
        add(endKind, "");
        return;
      }
      if (take(FLOAT)) {
        add(Token.Kind.FLOAT, source.substring(begin, at).replace("_", ""));
      } else if (take(INTEGER)) {
        add(Token.Kind.INTEGER, source.substring(begin, at).replace("_", ""));
      } else if (take(NAME)) {
        add(Token.Kind.NAME, source.substring(begin, at));
      } else if (source.charAt(at) == '"' || source.charAt(at) == '\'') {
        string();
      } else if (take(OPERATOR)) {
        String operator = source.substring(begin, at);
        balance(open, operator.charAt(0));
        add(Token.Kind.OPERATOR, operator);
      } else {
        throw refusal("has the character \"" + source.charAt(at) + "\" in a tag");
      }
    }
    throw refusal("has a tag without its end");
  }

  private void balance(Deque<Character> open, char bracket) {
    switch (bracket) {
      case '(' -> open.push(')');
      case '[' -> open.push(']');
      case '{' -> open.push('}');
      case ')', ']', '}' -> {
        if (open.isEmpty() || open.pop() != bracket) {
          throw refusal("has \"" + bracket + "\" without what it closes");
        }
      }
      default -> {}
    }
  }

  private void string() {
    char quote = source.charAt(at);
    StringBuilder text = new StringBuilder();
    int i = at + 1;
    while (i < source.length() && source.charAt(i) != quote) {
      char c = source.charAt(i++);
      if (c == '\\' && i < source.length()) {
        i = escape(i, text);
      } else {
        text.append(c);
      }
    }
    if (i >= source.length()) {
      throw refusal("has a text without its end, expected " + quote);
    }
    at = i + 1;
    add(Token.Kind.STRING, text.toString());
  }

  /** Reads what follows a backslash; the place after it. */
  private int escape(int i, StringBuilder text) {
    char c = source.charAt(i);
    int digits = c == 'u' ? 4 : c == 'x' ? 2 : c == 'U' ? 8 : 0;
    if (digits > 0) {
      int code = -1;
      try {
        code = Integer.parseInt(source, i + 1, Math.min(source.length(), i + 1 + digits), 16);
      } catch (NumberFormatException e) {
        // Refused below.
      }
      if (i + 1 + digits > source.length() || !Character.isValidCodePoint(code)) {
        throw refusal("has \"\\" + c + "\" without a character's number behind it");
      }
      text.appendCodePoint(code);
      return i + 1 + digits;
    }
    switch (c) {
      case 'n' -> text.append('\n');
      case 't' -> text.append('\t');
      case 'r' -> text.append('\r');
      case 'b' -> text.append('\b');
      case 'f' -> text.append('\f');
      case 'v' -> text.append('\u000B');
      case 'a' -> text.append('\u0007');
      case '0' -> text.append('\0');
      case '\\', '\'', '"' -> text.append(c);
      case '\n' -> {}
      default -> text.append('\\').append(c);
    }
    return i + 1;
  }
}
