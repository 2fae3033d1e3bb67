package dev.chainrule.text.tokenizer;

import dev.chainrule.base.InputException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One token for each distinct character (Unicode code point) of a text, in ascending order, as
 * nanoGPT's character data sets have it: 65 for Tiny Shakespeare.
 */
public final class CharTokenizer implements Tokenizer {
  private static final int ABSENT = -1;

  private final int[] characters;
  private final int[] idOf;

  private CharTokenizer(int[] characters) {
    this.characters = characters;
    this.idOf = new int[characters[characters.length - 1] + 1];
    Arrays.fill(idOf, ABSENT);
    for (int id = 0; id < characters.length; id++) {
      idOf[characters[id]] = id;
    }
  }

  /**
   * The vocabulary of a text.
   *
   * @throws InputException if the text is empty or has half a surrogate pair
   */
  public static CharTokenizer of(String text) {
    int[] characters = text.codePoints().sorted().distinct().toArray();
    if (characters.length == 0) {
      throw new InputException("the text is empty, expected at least one character");
    }
    for (int character : characters) {
      if (character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE) {
        throw new InputException("the text has half a surrogate pair, expected whole characters");
      }
    }
    return new CharTokenizer(characters);
  }

  /** All characters in the order of their ids. */
  public String characters() {
    return new String(characters, 0, characters.length);
  }

  @Override
  public int vocabSize() {
    return characters.length;
  }

  @Override
  public int[] encode(String text) {
    int[] ids = new int[text.codePointCount(0, text.length())];
    int at = 0;
    for (int i = 0; i < ids.length; i++) {
      int character = text.codePointAt(at);
      int id = character < idOf.length ? idOf[character] : ABSENT;
      if (id == ABSENT) {
        throw new InputException(
            "the text has %s as its character %d, expected one of the %d characters that the model"
                    .formatted(describe(character), i + 1, characters.length)
                + " knows");
      }
      ids[i] = id;
      at += Character.charCount(character);
    }
    return ids;
  }

  @Override
  public byte[] bytesOf(int id) {
    if (id < 0 || id >= characters.length) {
      throw new InputException(
          "token id %d, expected 0 to %d".formatted(id, characters.length - 1));
    }
    return Character.toString(characters[id]).getBytes(StandardCharsets.UTF_8);
  }

  /** Whether the other has the same characters. */
  @Override
  public boolean equals(Object other) {
    return other instanceof CharTokenizer that && Arrays.equals(characters, that.characters);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(characters);
  }

  private static String describe(int character) {
    String code = "U+%04X".formatted(character);
    boolean visible = Character.isLetterOrDigit(character) || isSymbol(character);
    return visible ? "\"%s\" (%s)".formatted(Character.toString(character), code) : code;
  }

  private static boolean isSymbol(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SPACE_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
