package dev.chainrule.text.tokenizer.subword;

import dev.chainrule.base.InputException;

/** Writes one piece of prepared text in tokens. Immutable. */
public interface SubwordModel {
  /**
   * Appends the tokens of {@code text} from {@code from} to {@code to}.
   *
   * @throws InputException if a character has no token, and nothing stands for it
   */
  void encode(String text, int from, int to, IdList out);
}
