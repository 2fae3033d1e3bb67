package dev.chainrule.text.tokenizer.subword;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Excerpt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A pattern of a tokenizer's file. Files write Oniguruma's dialect, whose classes are Unicode's. A
 * pattern that is not one of the well-known ones may take only so many steps, so that none from a
 * hostile file runs for ever.
 */
public final class TextPattern {
  /** GPT-2's words. */
  public static final String GPT2 =
      "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

  /** LLaMA 3's words: digits in groups of up to three. */
  public static final String LLAMA3 =
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}"
          + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

  /** Qwen2's words: each digit alone. */
  public static final String QWEN2 =
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}"
          + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

  /** Patterns that take as many steps as the text has characters, whatever it is. */
  private static final Set<String> LINEAR = Set.of(GPT2, LLAMA3, QWEN2);

  private static final long STEPS_PER_CHARACTER = 1000;
  private static final long FEWEST_STEPS = 1_000_000;

  private final String source;
  private final Pattern pattern;
  private final boolean trusted;

  private TextPattern(String source, Pattern pattern, boolean trusted) {
    this.source = source;
    this.pattern = pattern;
    this.trusted = trusted;
  }

  /** Exactly this text. */
  public static TextPattern literal(String text) {
    return new TextPattern(text, Pattern.compile(text, Pattern.LITERAL), true);
  }

  /**
   * A regular expression.
   *
   * @throws InputException if it is none that is understood
   */
  public static TextPattern regex(String source) {
    try {
      Pattern compiled = Pattern.compile(Oniguruma.inJava(source), Oniguruma.FLAGS);
      return new TextPattern(source, compiled, LINEAR.contains(source));
    } catch (PatternSyntaxException | StackOverflowError e) {
      throw new InputException(
          "pattern \"%s\" is no regular expression that is understood".formatted(source), e);
    }
  }

  /** The expression as its file has it. */
  public String source() {
    return source;
  }

  /** A matcher of a text. */
  Matcher matcher(String text) {
    return pattern.matcher(trusted ? text : new Counted(text, source));
  }

  /**
   * The next match.
   *
   * @throws InputException if looking for it takes too long
   */
  boolean find(Matcher matcher) {
    try {
      return matcher.find();
    } catch (StackOverflowError e) {
      throw tooLong(source, e);
    }
  }

  private static InputException tooLong(String source, Throwable cause) {
    return new InputException(
        "the tokenizer's pattern \"%s\" takes too long on this text, expected one that does not go"
                .formatted(Excerpt.of(source))
            + " back so often",
        cause);
  }

  /** A text that counts how often it is looked at. */
  private static final class Counted implements CharSequence {
    private final String text;
    private final String source;
    private long left;

    Counted(String text, String source) {
      this.text = text;
      this.source = source;
      left = FEWEST_STEPS + STEPS_PER_CHARACTER * text.length();
    }

    @Override
    public char charAt(int index) {
      if (--left < 0) {
        throw tooLong(source, new IllegalStateException("steps used up"));
      }
      return text.charAt(index);
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return text.subSequence(start, end);
    }

    @Override
    public String toString() {
      return text;
    }
  }
}
