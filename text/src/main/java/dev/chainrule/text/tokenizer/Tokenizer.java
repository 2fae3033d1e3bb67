package dev.chainrule.text.tokenizer;

import dev.chainrule.base.InputException;
import dev.chainrule.core.data.TokenSequence;

/**
 * A fixed vocabulary; each token stands for some bytes of UTF-8 text, control tokens such as an end
 * of text for none. Immutable.
 */
public interface Tokenizer {
  /** Number of tokens V; ids are 0 to V - 1. */
  int vocabSize();

  /**
   * The ids of a text, with nothing before or after them. A control token that is spelled out in it
   * is text like any other and becomes no control token.
   *
   * @throws InputException if the text cannot be written in this vocabulary; the sentence names the
   *     character and its code point
   */
  int[] encode(String text);

  /**
   * The ids of a text in which control tokens are spelled out, such as a chat template's.
   *
   * @throws InputException as {@link #encode}
   */
  default int[] encodeMarked(String text) {
    return encode(text);
  }

  /**
   * The bytes that a token stands for; they may be a part of a character, and none for a control
   * token.
   *
   * @throws InputException if there is no such token
   */
  byte[] bytesOf(int id);

  /** The tokens that begin and end texts. */
  default SpecialTokens specials() {
    return SpecialTokens.NONE;
  }

  /**
   * Whether a token controls the model and is no text.
   *
   * @throws InputException if there is no such token
   */
  default boolean isControl(int id) {
    return false;
  }

  /**
   * How many spaces a text begins with that are not part of it: SentencePiece writes one before the
   * first word.
   */
  default int addedSpaces() {
    return 0;
  }

  /** A token as its vocabulary spells it, for people. */
  default String piece(int id) {
    StreamingDecoder decoder = StreamingDecoder.continuing(this);
    return decoder.push(id) + decoder.finish();
  }

  /** The text of some ids; bytes that are no UTF-8 become U+FFFD. */
  default String decode(int... ids) {
    return new StreamingDecoder(this).decode(ids);
  }

  /** UTF-8 bytes of all tokens of a sequence together, the unit of bits per byte. */
  default long countBytes(TokenSequence tokens) {
    int[] lengths = new int[vocabSize()];
    for (int id = 0; id < lengths.length; id++) {
      lengths[id] = bytesOf(id).length;
    }
    long bytes = 0;
    for (long i = 0; i < tokens.length(); i++) {
      bytes += lengths[tokens.get(i)];
    }
    return bytes;
  }
}
