package dev.chainrule.text.tokenizer.subword;

import dev.chainrule.base.InputException;

/**
 * A token that is looked for in a text before all else.
 *
 * @param id its number
 * @param content its text, at most 1,024 characters
 * @param special whether it is a control token
 * @param singleWord only where no word goes on before or after it
 * @param leftStrip takes white space before it
 * @param rightStrip takes white space after it
 * @param normalized is looked for in the normalised text
 */
public record AddedToken(
    int id,
    String content,
    boolean special,
    boolean singleWord,
    boolean leftStrip,
    boolean rightStrip,
    boolean normalized) {
  private static final int LONGEST = 1024;

  public AddedToken {
    if (content.isEmpty() || content.length() > LONGEST) {
      throw new InputException(
          "added token %d has %d characters, expected 1 to %d"
              .formatted(id, content.length(), LONGEST));
    }
  }

  /** A control token that is found wherever it stands. */
  public static AddedToken control(int id, String content) {
    return new AddedToken(id, content, true, false, false, false, false);
  }

  /** One that is text, and found wherever it stands. */
  public static AddedToken text(int id, String content) {
    return new AddedToken(id, content, false, false, false, false, false);
  }
}
