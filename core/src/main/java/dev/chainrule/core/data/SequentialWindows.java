package dev.chainrule.core.data;

import dev.chainrule.base.InputException;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * Evaluation batches that go through a sequence once. A window begins with the last token of the
 * one before, so that every token but the very first is a target exactly once; what is left at the
 * end is a batch of one shorter window.
 */
public final class SequentialWindows implements Iterable<Tensor> {
  private final TokenSequence tokens;
  private final int batchSize;
  private final int length;

  /**
   * Over all of a sequence.
   *
   * @param origin what the sequence is, for messages
   * @param batchSize most windows in a batch
   * @param length tokens in a window: one more than the context
   * @throws InputException if there is no token to predict
   */
  public SequentialWindows(TokenSequence tokens, String origin, int batchSize, int length) {
    if (batchSize < 1 || length < 2) {
      throw new IllegalArgumentException(
          "batches of %d windows of %d tokens, expected at least 1 and 2"
              .formatted(batchSize, length));
    }
    if (tokens.length() < 2) {
      throw new InputException(
          "%s: has %d tokens, expected at least 2".formatted(origin, tokens.length()));
    }
    this.tokens = tokens;
    this.batchSize = batchSize;
    this.length = length;
  }

  /** Number of tokens that are predicted. */
  public long targets() {
    return tokens.length() - 1;
  }

  /** Number of batches. */
  public long batches() {
    long windows = targets() / (length - 1);
    return (windows + batchSize - 1) / batchSize + (targets() % (length - 1) == 0 ? 0 : 1);
  }

  /** The batches, int32 [windows, tokens] each, in memory of their own. */
  @Override
  public Iterator<Tensor> iterator() {
    return new Iterator<>() {
      private long done;

      @Override
      public boolean hasNext() {
        return done < targets();
      }

      @Override
      public Tensor next() {
        if (!hasNext()) {
          throw new NoSuchElementException("no token is left after " + tokens.length());
        }
        int stride = length - 1;
        long whole = (targets() - done) / stride;
        int windows = Math.clamp(whole, 1, batchSize);
        int size = (int) Math.min(length, tokens.length() - done);
        Tensor batch = Tensor.zeros(DType.INT32, windows, size);
        for (int w = 0; w < windows; w++) {
          tokens.copyTo(done, size, batch, (long) w * size);
          done += size - 1;
        }
        return batch;
      }
    };
  }
}
