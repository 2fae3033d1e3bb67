package dev.chainrule.text.tokenizer.subword;

import dev.chainrule.base.InputException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalInt;

/** What stands for a character without a token: the tokens of its bytes, or one for all such. */
public final class Fallback {
  private static final int BYTES = 256;

  private final int[] byteTokens;
  private final OptionalInt unknown;

  private Fallback(int[] byteTokens, OptionalInt unknown) {
    this.byteTokens = byteTokens;
    this.unknown = unknown;
  }

  /** Only the token for all unknown characters, if there is one. */
  public static Fallback unknown(OptionalInt unknown) {
    return new Fallback(new int[0], unknown);
  }

  /**
   * The tokens {@code <0x00>} to {@code <0xFF>} of a vocabulary; where it lacks one, the token for
   * unknown characters.
   */
  public static Fallback bytes(PieceTable vocabulary, OptionalInt unknown) {
    int[] tokens = new int[BYTES];
    for (int b = 0; b < BYTES; b++) {
      tokens[b] = vocabulary.find(name(b));
    }
    return new Fallback(tokens, unknown);
  }

  static String name(int b) {
    return "<0x%02X>".formatted(b);
  }

  /** The byte that a token of this text stands for, -1 if it is no such token. */
  static int byteNamed(String token) {
    if (token.length() != 6 || !token.startsWith("<0x") || token.charAt(5) != '>') {
      return -1;
    }
    int high = Character.digit(token.charAt(3), 16);
    int low = Character.digit(token.charAt(4), 16);
    return high < 0 || low < 0 ? -1 : 16 * high + low;
  }

  /** The token of all unknown characters. */
  OptionalInt unknown() {
    return unknown;
  }

  /** The tokens of the bytes of a text, where each of them has one. */
  Optional<int[]> bytesOf(byte[] utf8, int from, int to) {
    int[] tokens = new int[to - from];
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = byteTokens.length == 0 ? PieceTable.ABSENT : byteTokens[utf8[from + i] & 0xFF];
      if (tokens[i] == PieceTable.ABSENT) {
        return Optional.empty();
      }
    }
    return Optional.of(tokens);
  }

  /** The refusal of a character for which nothing stands. */
  static InputException refusal(byte[] utf8, int from, int to) {
    String text = new String(utf8, from, to - from, StandardCharsets.UTF_8);
    return new InputException(
        "the text has \"%s\" (U+%04X), for which the vocabulary has no token"
            .formatted(text, text.codePointAt(0)));
  }
}
