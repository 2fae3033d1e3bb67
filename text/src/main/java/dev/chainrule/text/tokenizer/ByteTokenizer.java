package dev.chainrule.text.tokenizer;

import dev.chainrule.base.InputException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** The 256 values of a byte of UTF-8: any text can be written in it. */
public record ByteTokenizer() implements Tokenizer {
  private static final int VOCAB_SIZE = 256;

  @Override
  public int vocabSize() {
    return VOCAB_SIZE;
  }

  @Override
  public int[] encode(String text) {
    ByteBuffer bytes;
    try {
      bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
    } catch (CharacterCodingException e) {
      throw new InputException("the text has half a surrogate pair, expected whole characters", e);
    }
    int[] ids = new int[bytes.remaining()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = Byte.toUnsignedInt(bytes.get(i));
    }
    return ids;
  }

  @Override
  public byte[] bytesOf(int id) {
    if (id < 0 || id >= VOCAB_SIZE) {
      throw new InputException("token id %d, expected 0 to %d".formatted(id, VOCAB_SIZE - 1));
    }
    return new byte[] {(byte) id};
  }
}
