package dev.chainrule.text.tokenizer.training;

import dev.chainrule.text.tokenizer.subword.TextPattern;
import java.util.List;

/**
 * How a tokenizer is trained.
 *
 * @param vocabSize tokens at most: the special ones, the 256 bytes, and one for each merge
 * @param minFrequency a pair that is met less often is not merged, 0 or more
 * @param specials control tokens, which get the first ids; the first of them ends a text
 * @param pattern expression whose matches, and what lies between, no token crosses
 * @param ties which of equally frequent pairs is merged first
 */
public record BpeTraining(
    int vocabSize, long minFrequency, List<String> specials, String pattern, Ties ties) {
  /** Which of equally frequent pairs is merged first. */
  public enum Ties {
    /** That of the greatest bytes, the left token before the right, as Stanford's CS336 has it. */
    BYTES,
    /** That of the lowest ids, the left before the right, as Hugging Face's trainer has it. */
    IDS
  }

  /** Tokens for bytes. */
  static final int BYTES = 256;

  /** What ends a text in GPT-2's vocabulary and in most after it. */
  public static final String END_OF_TEXT = "<|endoftext|>";

  public BpeTraining {
    specials = List.copyOf(specials);
    if (vocabSize < BYTES + specials.size()) {
      throw new IllegalArgumentException(
          "vocab_size %d, expected at least %d, for the bytes and the special tokens"
              .formatted(vocabSize, BYTES + specials.size()));
    }
    if (minFrequency < 0) {
      throw new IllegalArgumentException(
          "min_frequency %d, expected 0 or more".formatted(minFrequency));
    }
    if (specials.stream().anyMatch(String::isEmpty)
        || specials.stream().distinct().count() < specials.size()) {
      throw new IllegalArgumentException(
          "specials %s, expected each once and none empty".formatted(specials));
    }
  }

  /** GPT-2's words and its end of text. */
  public static BpeTraining gpt2(int vocabSize) {
    return new BpeTraining(vocabSize, 2, List.of(END_OF_TEXT), TextPattern.GPT2, Ties.BYTES);
  }

  /** Another least number of occurrences. */
  public BpeTraining withMinFrequency(long frequency) {
    return new BpeTraining(vocabSize, frequency, specials, pattern, ties);
  }

  /** Other control tokens. */
  public BpeTraining withSpecials(List<String> others) {
    return new BpeTraining(vocabSize, minFrequency, others, pattern, ties);
  }

  /** Other words. */
  public BpeTraining withPattern(String regex) {
    return new BpeTraining(vocabSize, minFrequency, specials, regex, ties);
  }

  /** Another choice among equals. */
  public BpeTraining withTies(Ties other) {
    return new BpeTraining(vocabSize, minFrequency, specials, pattern, other);
  }
}
