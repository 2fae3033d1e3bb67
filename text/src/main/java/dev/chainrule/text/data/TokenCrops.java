package dev.chainrule.text.data;

import dev.chainrule.core.data.RandomCrops;
import dev.chainrule.core.data.TokenSequence;
import dev.chainrule.text.model.TokenBatch;
import org.jspecify.annotations.Nullable;

/** Training batches: {@link RandomCrops} of tokens, and beside each what of it is learnt. */
public final class TokenCrops {
  private final PackedTokens packed;
  private final RandomCrops tokens;
  private final @Nullable RandomCrops learnt;

  /**
   * From all of the tokens.
   *
   * @param origin where they come from, for messages
   * @param length tokens in a crop: one more than the context
   * @throws dev.chainrule.base.InputException if there are too few tokens
   */
  public TokenCrops(PackedTokens packed, String origin, int batchSize, int length, long seed) {
    this.packed = packed;
    tokens = new RandomCrops(packed.tokens(), origin, batchSize, length, seed);
    TokenSequence counts = packed.learnt();
    // The same seed on as many tokens: the crops are at the same places.
    learnt = counts == null ? null : new RandomCrops(counts, origin, batchSize, length, seed);
  }

  /** Batch number {@code i}, from 0, in memory that the next call uses again. */
  public TokenBatch at(long i) {
    return new TokenBatch(packed.begun(tokens.at(i)), learnt == null ? null : learnt.at(i));
  }
}
