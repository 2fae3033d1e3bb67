package dev.chainrule.text.tokenizer.subword;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * GPT-2's letters for bytes: each of the 256 has a visible character, itself where it is one, else
 * one from U+0100 on, so that a space is U+0120.
 */
public final class ByteAlphabet {
  private static final int MOVED = 0x100;
  private static final char[] LETTERS = letters();
  private static final short[] BYTES = bytes();

  private ByteAlphabet() {}

  private static char[] letters() {
    char[] letters = new char[256];
    int moved = 0;
    for (int b = 0; b < letters.length; b++) {
      boolean visible = (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xAC) || b >= 0xAE;
      letters[b] = (char) (visible ? b : MOVED + moved++);
    }
    return letters;
  }

  private static short[] bytes() {
    short[] bytes = new short[2 * MOVED];
    Arrays.fill(bytes, (short) -1);
    for (int b = 0; b < LETTERS.length; b++) {
      bytes[LETTERS[b]] = (short) b;
    }
    return bytes;
  }

  /** The letter of a byte, 0 to 255. */
  public static char letter(int b) {
    return LETTERS[b];
  }

  /** The letters of all bytes of a text. */
  public static String spell(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    char[] spelled = new char[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      spelled[i] = LETTERS[bytes[i] & 0xFF];
    }
    return new String(spelled);
  }

  /** The bytes that these letters stand for; the text's own if one of them is no such letter. */
  public static byte[] read(String letters) {
    byte[] bytes = new byte[letters.length()];
    for (int i = 0; i < bytes.length; i++) {
      char letter = letters.charAt(i);
      if (letter >= BYTES.length || BYTES[letter] < 0) {
        return letters.getBytes(StandardCharsets.UTF_8);
      }
      bytes[i] = (byte) BYTES[letter];
    }
    return bytes;
  }
}
