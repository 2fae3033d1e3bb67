package dev.chainrule.text.tokenizer.subword;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;

/**
 * What a token's spelling stands for.
 *
 * @param steps done to the spelling, in this order
 * @param byteFallback whether {@code <0x41>} stands for a byte
 * @param byteLevel whether the characters are {@link ByteAlphabet}'s
 * @param addedSpaces how many spaces at the beginning of a text are left out
 */
public record TokenText(
    List<Step> steps, boolean byteFallback, boolean byteLevel, int addedSpaces) {
  /** The spelling is the text. */
  public static final TokenText PLAIN = new TokenText(List.of(), false, false, 0);

  /** GPT-2's. */
  public static final TokenText BYTE_LEVEL = new TokenText(List.of(), false, true, 0);

  public TokenText {
    steps = List.copyOf(steps);
  }

  /** SentencePiece's: U+2581 is a space. */
  public static TokenText sentencePiece(boolean byteFallback, int addedSpaces) {
    return new TokenText(
        List.of(new Replace(TextPattern.literal("\u2581"), " ")), byteFallback, false, addedSpaces);
  }

  /** A change of a spelling. */
  public sealed interface Step {
    /** The changed spelling. */
    String apply(String token);
  }

  /** Another text for each match. */
  public record Replace(TextPattern pattern, String content) implements Step {
    @Override
    public String apply(String token) {
      Matcher matcher = pattern.matcher(token);
      StringBuilder text = new StringBuilder();
      int at = 0;
      while (pattern.find(matcher)) {
        text.append(token, at, matcher.start()).append(content);
        at = matcher.end();
        Normalizer.Growth.require(token.length(), text.length());
      }
      return text.append(token, at, token.length()).toString();
    }
  }

  /** Without up to so many of one character at the ends. */
  public record Strip(char content, int start, int stop) implements Step {
    @Override
    public String apply(String token) {
      int from = 0;
      while (from < Math.min(start, token.length()) && token.charAt(from) == content) {
        from++;
      }
      int to = token.length();
      while (to > from && token.length() - to < stop && token.charAt(to - 1) == content) {
        to--;
      }
      return token.substring(from, to);
    }
  }

  byte[] bytes(String token) {
    String text = token;
    for (Step step : steps) {
      text = step.apply(text);
    }
    int named = byteFallback ? Fallback.byteNamed(text) : -1;
    if (named >= 0) {
      return new byte[] {(byte) named};
    }
    return byteLevel ? ByteAlphabet.read(text) : text.getBytes(StandardCharsets.UTF_8);
  }
}
