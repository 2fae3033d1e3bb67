package dev.chainrule.text.data;

import dev.chainrule.base.InputException;
import dev.chainrule.core.data.TokenSequence;
import dev.chainrule.text.tokenizer.Tokenizer;
import java.util.BitSet;
import java.util.OptionalInt;

/**
 * A corpus as ids, split into training and held-out text.
 *
 * @param training what is learnt
 * @param validation what is held out
 */
public record TokenizedCorpus(PackedTokens training, PackedTokens validation) {
  /**
   * Encodes both parts; middles are moved in what is learnt alone.
   *
   * @throws InputException if the text cannot be written in the vocabulary
   */
  public static TokenizedCorpus of(
      Corpus.Parts parts, Tokenizer tokenizer, ChatFormat chat, FillInTheMiddle middle) {
    return new TokenizedCorpus(
        encode(parts.training(), tokenizer, chat, middle),
        encode(parts.validation(), tokenizer, chat, FillInTheMiddle.NONE));
  }

  /**
   * All of a corpus as ids.
   *
   * @throws InputException if the text cannot be written in the vocabulary
   */
  public static PackedTokens encode(Corpus corpus, Tokenizer tokenizer, ChatFormat chat) {
    return encode(corpus, tokenizer, chat, FillInTheMiddle.NONE);
  }

  private static PackedTokens encode(
      Corpus corpus, Tokenizer tokenizer, ChatFormat chat, FillInTheMiddle middle) {
    if (!corpus.isOneText()) {
      return new Packing(tokenizer, Markers.of(tokenizer), chat, middle).pack(corpus.documents());
    }
    if (middle.rate() > 0) {
      throw new InputException(
          "%s: is one text, expected documents to move middles of (--documents)"
              .formatted(corpus.origin()));
    }
    try {
      return begun(tokenizer, corpus.text());
    } catch (InputException e) {
      throw new InputException("%s: %s".formatted(corpus.origin(), e.getMessage()), e);
    }
  }

  /** One text, after what the model expects at its beginning, which is given. */
  private static PackedTokens begun(Tokenizer tokenizer, String text) {
    int[] ids = tokenizer.specials().begun(tokenizer.encode(text));
    int before = tokenizer.specials().before().size();
    TokenSequence tokens = TokenSequence.of(ids);
    if (before < 2) {
      return PackedTokens.of(tokens).begunBy(tokenizer); // The first is never predicted.
    }
    BitSet learnt = new BitSet();
    learnt.set(before, ids.length);
    return new PackedTokens(tokens, PackedTokens.bits(learnt, ids.length), OptionalInt.empty())
        .begunBy(tokenizer);
  }
}
