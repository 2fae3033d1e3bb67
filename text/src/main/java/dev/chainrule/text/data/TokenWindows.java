package dev.chainrule.text.data;

import dev.chainrule.base.InputException;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.data.SequentialWindows;
import dev.chainrule.core.data.TokenSequence;
import dev.chainrule.text.model.TokenBatch;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/** Batches in which every token but the first is a target exactly once. */
public final class TokenWindows {
  private TokenWindows() {}

  /**
   * {@link SequentialWindows}: each begins with the last token of the one before, so that tokens
   * have from none to all of the context before them.
   *
   * @param batchSize most windows in a batch
   * @param length tokens in a window: one more than the context
   * @throws InputException if there is no token to predict
   */
  public static List<TokenBatch> sequential(
      PackedTokens packed, String origin, int batchSize, int length) {
    Iterator<Tensor> tokens =
        new SequentialWindows(packed.tokens(), origin, batchSize, length).iterator();
    TokenSequence counts = packed.learnt();
    List<TokenBatch> batches = new ArrayList<>();
    if (counts == null) {
      tokens.forEachRemaining(window -> batches.add(new TokenBatch(packed.begun(window))));
    } else {
      new SequentialWindows(counts, origin, batchSize, length)
          .forEach(learnt -> batches.add(new TokenBatch(packed.begun(tokens.next()), learnt)));
    }
    return batches;
  }

  /**
   * A window of the context that moves by the stride: of each only the tokens that the one before
   * did not reach are counted, so that all but the first have at least context - stride tokens
   * before those that are counted. The last window ends with the last token.
   *
   * @param length tokens in a window: one more than the context
   * @param stride from 1 to the context
   * @throws InputException if there is no token to predict
   */
  public static Iterable<TokenBatch> sliding(
      PackedTokens packed, String origin, int batchSize, int length, int stride) {
    if (stride < 1 || stride >= length) {
      throw new IllegalArgumentException(
          "a stride of %d tokens, expected 1 to the context of %d".formatted(stride, length - 1));
    }
    if (packed.length() < 2) {
      throw new InputException(
          "%s: has %d tokens, expected at least 2".formatted(origin, packed.length()));
    }
    return () -> new Sliding(packed, batchSize, length, stride);
  }

  private static final class Sliding implements Iterator<TokenBatch> {
    private final PackedTokens packed;
    private final int batchSize;
    private final int stride;
    private final int length;
    private final long lastStart;
    private final long windows;
    private long next;

    Sliding(PackedTokens packed, int batchSize, int length, int stride) {
      this.packed = packed;
      this.batchSize = batchSize;
      this.stride = stride;
      this.length = (int) Math.min(length, packed.length());
      lastStart = packed.length() - this.length;
      windows = 1 + Math.ceilDiv(lastStart, stride);
    }

    @Override
    public boolean hasNext() {
      return next < windows;
    }

    @Override
    public TokenBatch next() {
      if (!hasNext()) {
        throw new NoSuchElementException("no window is left after " + windows);
      }
      int size = (int) Math.min(batchSize, windows - next);
      Tensor elements = Tensor.zeros(DType.INT32, size, length);
      Tensor learnt = Tensor.zeros(DType.INT32, size, length);
      for (int b = 0; b < size; b++, next++) {
        long start = start(next);
        packed.tokens().copyTo(start, length, elements, (long) b * length);
        TokenSequence counts = packed.learnt();
        int from = next == 0 ? 1 : Math.toIntExact(start(next - 1) + length - start);
        for (int t = from; t < length; t++) {
          learnt.set((long) b * length + t, counts == null ? 1 : counts.get(start + t));
        }
      }
      return new TokenBatch(packed.begun(elements), learnt);
    }

    private long start(long window) {
      return Math.min(window * stride, lastStart);
    }
  }
}
