package dev.chainrule.text.tokenizer.sentencepiece;

import dev.chainrule.base.InputException;
import dev.chainrule.text.tokenizer.sentencepiece.SentencePieceModel.PieceType;
import dev.chainrule.text.tokenizer.subword.IdList;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/**
 * The vocabulary of llama2.c, such as {@code tokenizer.bin}: the length of the longest token, then
 * of each its score, its length and its bytes; 0 is unknown, 1 begins a text, 2 ends one, 3 to 258
 * are the bytes.
 */
public final class Llama2cVocabulary {
  private static final int FIRST_BYTE = 3;
  private static final int FIRST_TEXT = 259;
  private static final int HEAD = 8;

  private Llama2cVocabulary() {}

  /**
   * Reads a vocabulary.
   *
   * @throws InputException if the bytes are none
   */
  public static SentencePieceModel read(byte[] bytes, String origin) {
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.length < Integer.BYTES) {
      throw broken(origin, "%d bytes".formatted(bytes.length));
    }
    int longest = in.getInt();
    List<String> pieces = new ArrayList<>();
    IdList types = new IdList();
    float[] scores = new float[bytes.length / HEAD];
    while (in.hasRemaining()) {
      int at = in.position();
      float score = in.remaining() < HEAD ? Float.NaN : in.getFloat();
      int length = in.remaining() < Integer.BYTES ? -1 : in.getInt();
      if (length < 0 || length > longest || length > in.remaining()) {
        throw broken(origin, "a token of %d bytes at byte %d".formatted(length, at));
      }
      byte[] text = new byte[length];
      in.get(text);
      int id = pieces.size();
      scores[id] = score;
      pieces.add(piece(id, text));
      types.add(type(id).number());
    }
    if (pieces.size() < FIRST_TEXT) {
      throw broken(origin, "%d tokens".formatted(pieces.size()));
    }
    return new SentencePieceModel(
            pieces,
            Arrays.copyOf(scores, pieces.size()),
            types.toArray(),
            new SentencePieceModel.Options(
                false, true, true, false, new byte[0], OptionalInt.of(1), OptionalInt.of(2)))
        .checked(origin);
  }

  private static InputException broken(String origin, String found) {
    return new InputException(
        "%s: has %s, expected a vocabulary of llama2.c with at least %d tokens"
            .formatted(origin, found, FIRST_TEXT));
  }

  private static String piece(int id, byte[] text) {
    String piece = new String(text, StandardCharsets.UTF_8);
    return id < FIRST_BYTE ? piece.strip() : piece.replace(' ', '\u2581');
  }

  private static PieceType type(int id) {
    if (id == 0) {
      return PieceType.UNKNOWN;
    }
    if (id < FIRST_BYTE) {
      return PieceType.CONTROL;
    }
    return id < FIRST_TEXT ? PieceType.BYTE : PieceType.NORMAL;
  }
}
