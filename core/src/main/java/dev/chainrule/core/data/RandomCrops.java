package dev.chainrule.core.data;

import dev.chainrule.base.InputException;
import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;

/**
 * Training batches of crops whose beginnings are drawn uniformly and independently. Where crop b of
 * batch i begins is a pure function of (seed, i, b), so a run is resumed by its step number alone,
 * and the first crops are the same for every batch size.
 */
public final class RandomCrops {
  /** Keeps these draws apart from others under the same seed: "crops" in ASCII. */
  private static final long STREAM = 0x63726F7073L;

  private final TokenSequence tokens;
  private final int batchSize;
  private final int length;
  private final long seed;
  private final Tensor batch;

  /**
   * From all of a sequence.
   *
   * @param origin what the sequence is, for messages
   * @param batchSize crops in a batch, B
   * @param length tokens in a crop: one more than the context, so that each has a target
   * @throws InputException if the sequence has fewer than {@code batchSize} different crops
   */
  public RandomCrops(TokenSequence tokens, String origin, int batchSize, int length, long seed) {
    if (batchSize < 1 || length < 1) {
      throw new IllegalArgumentException(
          "a batch of %d crops of %d tokens, expected at least 1 of each"
              .formatted(batchSize, length));
    }
    if (tokens.length() < length) {
      throw new InputException(
          "%s: has %d tokens, expected at least %d, the context and one more"
              .formatted(origin, tokens.length(), length));
    }
    if (batchSize > tokens.length() - length + 1) {
      throw new InputException(
          "%s: has %d tokens and so %d different crops of %d, expected at least the batch of %d"
              .formatted(origin, tokens.length(), tokens.length() - length + 1, length, batchSize));
    }
    this.tokens = tokens;
    this.batchSize = batchSize;
    this.length = length;
    this.seed = seed;
    this.batch = Tensor.zeros(DType.INT32, batchSize, length);
  }

  /**
   * Batch number {@code i}, from 0.
   *
   * @return int32 [batchSize, length], in memory that the next call uses again
   */
  public Tensor at(long i) {
    fill(i, batch);
    return batch;
  }

  /**
   * Writes batch number {@code i} into memory of the caller's.
   *
   * @param target int32 [batchSize, length]
   */
  public void fill(long i, Tensor target) {
    if (!target.hasShape(batchSize, length)) {
      throw new IllegalArgumentException(
          "target %s, expected INT32[%d, %d]".formatted(target, batchSize, length));
    }
    for (int b = 0; b < batchSize; b++) {
      tokens.copyTo(begin(i, b), length, target, (long) b * length);
    }
  }

  /** Where crop {@code b} of batch {@code i} begins in the sequence. */
  long begin(long i, int b) {
    return CounterRandom.of(seed, STREAM, i, b).nextLong(tokens.length() - length + 1);
  }
}
