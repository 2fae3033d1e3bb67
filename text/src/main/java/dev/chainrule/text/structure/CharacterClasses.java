package dev.chainrule.text.structure;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Sets of characters that have a name in regular expressions. */
final class CharacterClasses {
  private static final CodePoints DIGITS = CodePoints.range('0', '9');
  private static final CodePoints WORD =
      DIGITS.or(CodePoints.range('A', 'Z')).or(CodePoints.range('a', 'z')).or(CodePoints.of('_'));
  private static final CodePoints SPACE = CodePoints.of(" \t\n\u000b\f\r");

  /** All but the ends of lines. */
  static final CodePoints DOT = CodePoints.of("\n\r\u0085\u2028\u2029").not();

  private static final Map<String, Byte> CATEGORIES =
      Map.ofEntries(
          Map.entry("Lu", Character.UPPERCASE_LETTER),
          Map.entry("Ll", Character.LOWERCASE_LETTER),
          Map.entry("Lt", Character.TITLECASE_LETTER),
          Map.entry("Lm", Character.MODIFIER_LETTER),
          Map.entry("Lo", Character.OTHER_LETTER),
          Map.entry("Mn", Character.NON_SPACING_MARK),
          Map.entry("Me", Character.ENCLOSING_MARK),
          Map.entry("Mc", Character.COMBINING_SPACING_MARK),
          Map.entry("Nd", Character.DECIMAL_DIGIT_NUMBER),
          Map.entry("Nl", Character.LETTER_NUMBER),
          Map.entry("No", Character.OTHER_NUMBER),
          Map.entry("Zs", Character.SPACE_SEPARATOR),
          Map.entry("Zl", Character.LINE_SEPARATOR),
          Map.entry("Zp", Character.PARAGRAPH_SEPARATOR),
          Map.entry("Pd", Character.DASH_PUNCTUATION),
          Map.entry("Ps", Character.START_PUNCTUATION),
          Map.entry("Pe", Character.END_PUNCTUATION),
          Map.entry("Pc", Character.CONNECTOR_PUNCTUATION),
          Map.entry("Po", Character.OTHER_PUNCTUATION),
          Map.entry("Pi", Character.INITIAL_QUOTE_PUNCTUATION),
          Map.entry("Pf", Character.FINAL_QUOTE_PUNCTUATION),
          Map.entry("Sm", Character.MATH_SYMBOL),
          Map.entry("Sc", Character.CURRENCY_SYMBOL),
          Map.entry("Sk", Character.MODIFIER_SYMBOL),
          Map.entry("So", Character.OTHER_SYMBOL));

  /** Those that were asked for, by the types of characters in them: about forty at most. */
  private static final Map<Integer, CodePoints> KNOWN = new ConcurrentHashMap<>();

  private CharacterClasses() {}

  /**
   * A set whose borders languages draw differently.
   *
   * @param narrow what is in it for all of them
   * @param wide what is in it for any
   */
  record Borders(CodePoints narrow, CodePoints wide) {
    /** The only character; -1 if there are more. */
    int single() {
      return narrow.ranges() == 1 && narrow.first(0) == narrow.last(0) ? narrow.first(0) : -1;
    }

    private Borders not() {
      return new Borders(wide.not(), narrow.not());
    }
  }

  /** What Unicode has in the sets; a look at all its characters, taken once. */
  private static final class Wide {
    static final CodePoints DIGITS = matching(Character::isDigit);
    static final CodePoints WORD = matching(CharacterClasses::isWord);
    static final CodePoints SPACE = matching(CharacterClasses::isSpace);
  }

  static Borders of(CodePoints set) {
    return new Borders(set, set);
  }

  /** The set that a backslash and a letter mean; null if there is none. */
  static @Nullable Borders named(int letter) {
    return switch (letter) {
      case 'd' -> new Borders(DIGITS, Wide.DIGITS);
      case 'w' -> new Borders(WORD, Wide.WORD);
      case 's' -> new Borders(SPACE, Wide.SPACE);
      case 'D' -> new Borders(DIGITS, Wide.DIGITS).not();
      case 'W' -> new Borders(WORD, Wide.WORD).not();
      case 'S' -> new Borders(SPACE, Wide.SPACE).not();
      case 'n' -> of(CodePoints.of('\n'));
      case 'r' -> of(CodePoints.of('\r'));
      case 't' -> of(CodePoints.of('\t'));
      case 'f' -> of(CodePoints.of('\f'));
      default -> null;
    };
  }

  private static boolean isWord(int c) {
    int type = Character.getType(c);
    return Character.isLetterOrDigit(c)
        || type == Character.NON_SPACING_MARK
        || type == Character.ENCLOSING_MARK
        || type == Character.COMBINING_SPACING_MARK
        || type == Character.CONNECTOR_PUNCTUATION
        || type == Character.LETTER_NUMBER
        || type == Character.OTHER_NUMBER
        || Character.isAlphabetic(c);
  }

  private static boolean isSpace(int c) {
    return Character.isSpaceChar(c)
        || Character.isWhitespace(c)
        || c == 0x85
        || c == 0xFEFF
        || c == 0x180E;
  }

  private static CodePoints matching(IntPredicate wanted) {
    return CodePoints.of(
        IntStream.rangeClosed(0, Character.MAX_CODE_POINT).filter(wanted).toArray());
  }

  /** The characters of a general category of Unicode, such as L or Nd; null if there is none. */
  static @Nullable CodePoints category(String name) {
    int types =
        CATEGORIES.entrySet().stream()
            .filter(category -> category.getKey().startsWith(name))
            .mapToInt(category -> 1 << category.getValue())
            .reduce(0, (a, b) -> a | b);
    boolean named = !name.isEmpty() && name.length() <= 2 && types != 0;
    return named
        ? KNOWN.computeIfAbsent(
            types, wanted -> matching(c -> (wanted >> Character.getType(c) & 1) != 0))
        : null;
  }
}
