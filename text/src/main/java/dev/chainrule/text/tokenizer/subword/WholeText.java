package dev.chainrule.text.tokenizer.subword;

import dev.chainrule.base.InputException;

/** Texts without halves of surrogate pairs, which are all that UTF-8 can write. */
public final class WholeText {
  private WholeText() {}

  /** Whether no half of a pair stands alone. */
  public static boolean is(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        if (!Character.isHighSurrogate(c)
            || i + 1 == text.length()
            || !Character.isLowSurrogate(text.charAt(i + 1))) {
          return false;
        }
        i++;
      }
    }
    return true;
  }

  static void require(String text) {
    if (!is(text)) {
      throw new InputException("the text has half a surrogate pair, expected whole characters");
    }
  }
}
