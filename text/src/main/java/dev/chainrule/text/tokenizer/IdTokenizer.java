package dev.chainrule.text.tokenizer;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Excerpt;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The vocabulary of a model whose files do not say what its tokens stand for: a text is the numbers
 * of its tokens with spaces or commas between them.
 *
 * @param vocabSize number of tokens V
 */
public record IdTokenizer(int vocabSize) implements Tokenizer {
  @Override
  public int[] encode(String text) {
    return encode("a text for a model without a tokenizer", text);
  }

  /**
   * The ids of numbers.
   *
   * @param where they stand, for messages
   * @throws InputException if one is no number of a token
   */
  public int[] encode(String where, String text) {
    String numbers = text.strip();
    return numbers.isEmpty()
        ? new int[0]
        : Arrays.stream(numbers.split("\\s*,\\s*|\\s+"))
            .mapToInt(word -> id(where, word))
            .toArray();
  }

  private int id(String where, String word) {
    try {
      int id = Integer.parseInt(word);
      if (id >= 0 && id < vocabSize) {
        return id;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new InputException(
        "\"%s\" in %s, expected numbers of tokens from 0 to %d"
            .formatted(Excerpt.of(word), where, vocabSize - 1));
  }

  @Override
  public byte[] bytesOf(int id) {
    if (id < 0 || id >= vocabSize) {
      throw new InputException("token id %d, expected 0 to %d".formatted(id, vocabSize - 1));
    }
    return (id + " ").getBytes(StandardCharsets.UTF_8);
  }
}
