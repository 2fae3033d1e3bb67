package dev.chainrule.text.data;

import dev.chainrule.base.InputException;
import dev.chainrule.core.data.TokenSequence;
import dev.chainrule.text.tokenizer.Tokenizer;

/**
 * A corpus as ids, split into training and held-out text.
 *
 * @param tokenizer what the ids mean
 * @param training the first part
 * @param validation the held-out part
 */
public record TokenizedCorpus(
    Tokenizer tokenizer, TokenSequence training, TokenSequence validation) {

  /**
   * Splits by characters, then encodes both parts.
   *
   * @param validationShare of the characters, from the end; 0.1 is usual
   * @throws InputException if the text cannot be written in the vocabulary, or is too short
   */
  public static TokenizedCorpus of(Corpus corpus, Tokenizer tokenizer, double validationShare) {
    Corpus.Split split = corpus.split(validationShare);
    return new TokenizedCorpus(
        tokenizer,
        encode(corpus, tokenizer, split.training(), "training part"),
        encode(corpus, tokenizer, split.validation(), "held-out part"));
  }

  /**
   * All of a corpus as ids.
   *
   * @throws InputException if the text cannot be written in the vocabulary
   */
  public static TokenSequence encode(Corpus corpus, Tokenizer tokenizer) {
    return encode(corpus, tokenizer, corpus.text(), "all of it");
  }

  private static TokenSequence encode(
      Corpus corpus, Tokenizer tokenizer, String text, String part) {
    try {
      return TokenSequence.of(tokenizer.encode(text));
    } catch (InputException e) {
      throw new InputException("%s, %s: %s".formatted(corpus.origin(), part, e.getMessage()), e);
    }
  }
}
