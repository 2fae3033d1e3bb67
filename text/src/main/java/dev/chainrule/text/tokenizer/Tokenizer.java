package dev.chainrule.text.tokenizer;

import dev.chainrule.base.InputException;
import dev.chainrule.core.data.TokenSequence;

/** A fixed vocabulary; each token stands for some bytes of UTF-8 text. Immutable. */
public sealed interface Tokenizer permits ByteTokenizer, CharTokenizer {
  /** Number of tokens V; ids are 0 to V - 1. */
  int vocabSize();

  /**
   * The ids of a text.
   *
   * @throws InputException if the text cannot be written in this vocabulary; the sentence names the
   *     character, its code point and its place, counted from 1
   */
  int[] encode(String text);

  /**
   * The bytes that a token stands for; they may be a part of a character.
   *
   * @throws InputException if there is no such token
   */
  byte[] bytesOf(int id);

  /** The text of some ids; bytes that are no UTF-8 become U+FFFD. */
  default String decode(int... ids) {
    StreamingDecoder decoder = new StreamingDecoder(this);
    StringBuilder text = new StringBuilder();
    for (int id : ids) {
      text.append(decoder.push(id));
    }
    return text.append(decoder.finish()).toString();
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
