package dev.chainrule.text.tokenizer.subword;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Excerpt;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Regular expressions as Hugging Face's library has them, which are Oniguruma's, written in Java's
 * dialect. They differ in names of properties; in {@code \h} and {@code \v}, which are a
 * hexadecimal digit and a vertical tab; in a quantifier behind an interval, which repeats it
 * ({@code a{1,3}+} is {@code (?:a{1,3})+} and not possessive); in {@code {,n}}; and in the option
 * {@code m}, by which a point is any character.
 */
final class Oniguruma {
  /** By which {@code ^}, {@code $} and the point know line feeds, and line feeds alone. */
  static final int FLAGS = Pattern.UNICODE_CHARACTER_CLASS | Pattern.MULTILINE | Pattern.UNIX_LINES;

  private static final Pattern PROPERTY = Pattern.compile("\\\\([pP])\\{(\\^?)([A-Za-z_ ]+)}");
  private static final Pattern INTERVAL = Pattern.compile("\\{(\\d*)(,?)(\\d*)}");
  private static final Pattern OPTIONS = Pattern.compile("\\(\\?([imx]*)(-?)([imx]*)([:)])");
  private static final Pattern POSIX = Pattern.compile("\\[:\\^?[a-z]+:]");
  private static final String HEXADECIMAL = "0-9a-fA-F";
  private static final int LONGEST = 1 << 14;

  private final String source;
  private final StringBuilder java = new StringBuilder();
  private final Deque<Integer> groups = new ArrayDeque<>();
  private int at;

  /** Where the last thing that can be repeated begins in the result. */
  private int atom;

  private Oniguruma(String source) {
    this.source = source;
  }

  /** The same expression in Java's dialect. */
  static String inJava(String source) {
    if (source.length() > LONGEST) {
      throw new InputException(
          "pattern \"%s\" has %d characters, expected at most %d"
              .formatted(Excerpt.of(source), source.length(), LONGEST));
    }
    Oniguruma translation = new Oniguruma(source);
    while (translation.at < source.length()) {
      translation.next();
    }
    return translation.java.toString();
  }

  private void next() {
    char c = source.charAt(at);
    switch (c) {
      case '\\' -> {
        atom = java.length();
        escape(false);
      }
      case '[' -> {
        atom = java.length();
        characterClass();
      }
      case '(' -> open();
      case ')' -> {
        atom = groups.isEmpty() ? java.length() : groups.pop();
        copy(1);
      }
      case '{' -> interval();
      case '*', '+', '?' -> copy(1);
      default -> {
        atom = java.length();
        copy(Character.charCount(source.codePointAt(at)));
      }
    }
  }

  private void copy(int characters) {
    java.append(source, at, Math.min(at + characters, source.length()));
    at += characters;
  }

  private boolean here(Matcher matcher) {
    return matcher.region(at, source.length()).lookingAt();
  }

  private void open() {
    groups.push(java.length());
    Matcher options = OPTIONS.matcher(source);
    if (!here(options)) {
      copy(1);
      if (at < source.length() && source.charAt(at) == '?') {
        copy(1); // no quantifier
      }
      return;
    }
    java.append("(?").append(options.group(1).replace('m', 's'));
    java.append(options.group(2)).append(options.group(3).replace('m', 's'));
    java.append(options.group(4));
    at = options.end();
    if (options.group(4).equals(")")) {
      atom = groups.pop();
    }
  }

  private void interval() {
    Matcher interval = INTERVAL.matcher(source);
    boolean found = here(interval);
    String least = found ? interval.group(1) : "";
    String most = found ? interval.group(3) : "";
    if (least.isEmpty() && most.isEmpty()) {
      atom = java.length();
      java.append("\\{");
      at++;
      return;
    }
    at = interval.end();
    java.append('{').append(least.isEmpty() ? "0" : least);
    java.append(interval.group(2)).append(most).append('}');
    char behind = at < source.length() ? source.charAt(at) : ' ';
    boolean exact = interval.group(2).isEmpty();
    if (behind == '+' || behind == '*' || (behind == '?' && exact)) {
      java.insert(atom, "(?:").append(')');
      copy(1);
      if (at < source.length() && source.charAt(at) == '+') {
        throw refusal("a quantifier of a quantifier of a quantifier");
      }
    }
  }

  private void escape(boolean inClass) {
    Matcher property = PROPERTY.matcher(source);
    if (here(property)) {
      boolean negated = property.group(1).equals("P") != !property.group(2).isEmpty();
      java.append(negated ? "\\P{" : "\\p{").append(name(property.group(3))).append('}');
      at = property.end();
      return;
    }
    char escaped = at + 1 < source.length() ? source.charAt(at + 1) : ' ';
    if (escaped == 'h' || escaped == 'H') {
      boolean bare = inClass && escaped == 'h';
      java.append(bare ? "" : escaped == 'h' ? "[" : "[^").append(HEXADECIMAL);
      java.append(bare ? "" : "]");
      at += 2;
    } else if (escaped == 'v') {
      java.append("\\x0B");
      at += 2;
    } else {
      copy(2);
    }
  }

  /** A class, and all classes in it. */
  private void characterClass() {
    int depth = 0;
    do {
      char c = source.charAt(at);
      if (c == '\\') {
        escape(true);
        continue;
      }
      if (c == '[' && depth > 0 && here(POSIX.matcher(source))) {
        throw refusal("a class between colons");
      }
      depth += c == '[' ? 1 : c == ']' ? -1 : 0;
      copy(1);
    } while (depth > 0 && at < source.length());
  }

  private InputException refusal(String found) {
    return new InputException(
        "pattern \"%s\" has %s, expected a regular expression that is understood"
            .formatted(Excerpt.of(source), found));
  }

  /** Java's name of a property, which is Oniguruma's but for scripts. */
  private static String name(String name) {
    for (String spelled : new String[] {name, "Is" + name}) {
      try {
        Pattern.compile("\\p{" + spelled + "}", Pattern.UNICODE_CHARACTER_CLASS);
        return spelled;
      } catch (PatternSyntaxException e) {
        // Try the next spelling.
      }
    }
    return name;
  }
}
