package dev.chainrule.text.model;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.model.Decoder;
import dev.chainrule.core.nn.transformer.TokenStep;

/**
 * Incremental evaluation of a transformer with a cache of keys and values, for the weights as they
 * were when it was made: the streams' positions, and long prompts in pieces.
 *
 * <p>Results are equal to the bit for any number of threads and streams, and whether elements are
 * fed one by one or many at once.
 */
public abstract class TokenDecoder implements Decoder {
  private final TokenStep step;
  private final int vocabSize;
  private final int capacity;
  private final int prefillRows;
  private final int[] positions;

  /**
   * A decoder.
   *
   * @param vocabSize V, ids are below it
   * @param streams S, at least 1
   * @param capacity most elements of a stream
   * @param prefillRows rows that are computed together when many elements are fed at once; the step
   *     has room for as many, and for one of each stream
   */
  protected TokenDecoder(
      TokenStep step, int vocabSize, int streams, int capacity, int prefillRows) {
    this.step = step;
    this.vocabSize = vocabSize;
    this.capacity = capacity;
    this.prefillRows = prefillRows;
    positions = new int[streams];
  }

  /** Refuses a number of streams below 1. */
  protected static int requireStreams(int streams) {
    if (streams < 1) {
      throw new IllegalArgumentException("%d streams, expected 1 or more".formatted(streams));
    }
    return streams;
  }

  @Override
  public final int streams() {
    return positions.length;
  }

  @Override
  public final int position(int stream) {
    return positions[stream];
  }

  @Override
  public final int capacity() {
    return capacity;
  }

  @Override
  public final void reset(int stream) {
    positions[stream] = 0;
    step.reset(stream);
  }

  @Override
  public final void fork(int from, int to) {
    step.fork(from, to);
    positions[to] = positions[from];
    Tensor logits = step.logits();
    if (from != to) {
      logits.slice(to, to + 1).copyFrom(logits.slice(from, from + 1));
    }
  }

  @Override
  public final void feed(Tensor tokens) {
    check(tokens, 1);
    feed(tokens, 0, 1, 1, true);
  }

  @Override
  public final void feedAll(Tensor tokens) {
    int length = tokens.dim(1);
    check(tokens, length);
    int chunk = Math.max(1, prefillRows / positions.length);
    for (int from = 0; from < length; from += chunk) {
      int to = Math.min(from + chunk, length);
      feed(tokens, from, to - from, length, to == length);
    }
  }

  /** Logits [S, V] of the next token. */
  @Override
  public final Tensor conditional() {
    for (int position : positions) {
      if (position == 0) {
        throw new IllegalStateException("no token was fed; the first one must be given");
      }
    }
    return step.logits();
  }

  private void check(Tensor tokens, int length) {
    if (tokens.dtype() != DType.INT32 || tokens.size() != (long) positions.length * length) {
      throw new IllegalArgumentException(
          "tokens %s, expected int32 of %d streams".formatted(tokens, positions.length));
    }
    for (int position : positions) {
      if (length > capacity - position) {
        throw new IllegalStateException(
            "%d tokens after %d, expected at most the context length %d in all"
                .formatted(length, position, capacity));
      }
    }
    for (long i = 0; i < tokens.size(); i++) {
      int id = tokens.getInt(i);
      if (id < 0 || id >= vocabSize) {
        throw new IllegalArgumentException(
            "token id %d, expected from 0 to %d".formatted(id, vocabSize - 1));
      }
    }
  }

  /** Feeds {@code length} tokens of each stream from place {@code from} of tokens [S, stride]. */
  private void feed(Tensor tokens, int from, int length, int stride, boolean last) {
    step.begin();
    for (int stream = 0; stream < positions.length; stream++) {
      int row = step.add(stream, positions[stream], length, last ? 1 : 0);
      for (int i = 0; i < length; i++) {
        step.embed(row + i, tokens.getInt((long) stream * stride + from + i));
      }
      positions[stream] += length;
    }
    step.run();
  }
}
