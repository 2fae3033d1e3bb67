package dev.chainrule.text.gpt;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.model.Decoder;
import dev.chainrule.core.nn.transformer.TransformerStep;

/**
 * Incremental evaluation of a {@link Gpt} with a cache of keys and values, for the weights as they
 * were when it was made.
 *
 * <p>Results are equal to the bit for any number of threads and streams, and whether elements are
 * fed one by one or many at once. Feeding one element of each stream allocates nothing.
 */
final class GptDecoder implements Decoder {
  /** Rows that are computed together when many elements are fed at once. */
  private static final int PREFILL_ROWS = 64;

  private final GptConfig config;
  private final int streams;
  private final TransformerStep step;
  private final int[] positions;

  /**
   * A decoder.
   *
   * @param streams S, at least 1
   */
  GptDecoder(Gpt model, Engine engine, int streams) {
    config = model.config();
    if (streams < 1) {
      throw new IllegalArgumentException("%d streams, expected 1 or more".formatted(streams));
    }
    DType dtype = model.parameters().dtype();
    if (dtype != DType.FLOAT32) {
      throw new IllegalArgumentException(
          "parameters of type %s, expected FLOAT32 for decoding".formatted(dtype));
    }
    this.streams = streams;
    positions = new int[streams];
    Parameters kept = model.parameters().snapshot(engine);
    TransformerStep.Ends ends =
        new TransformerStep.Ends(
            kept.value(model.tokens.table()),
            kept.value(model.positions.table()),
            kept.value(model.head()));
    int rowRoom = Math.max(streams, PREFILL_ROWS);
    step = new TransformerStep(model.transformer, kept, ends, streams, rowRoom, engine);
  }

  @Override
  public int streams() {
    return streams;
  }

  @Override
  public int position(int stream) {
    return positions[stream];
  }

  /** The context length. */
  @Override
  public int capacity() {
    return config.contextLength();
  }

  @Override
  public void reset(int stream) {
    positions[stream] = 0;
  }

  @Override
  public void fork(int from, int to) {
    step.fork(from, to);
    positions[to] = positions[from];
  }

  @Override
  public void feed(Tensor tokens) {
    check(tokens, 1);
    feed(tokens, 0, 1, 1, true);
  }

  @Override
  public void feedAll(Tensor tokens) {
    int length = tokens.dim(1);
    check(tokens, length);
    int chunk = Math.max(1, PREFILL_ROWS / streams);
    for (int from = 0; from < length; from += chunk) {
      int to = Math.min(from + chunk, length);
      feed(tokens, from, to - from, length, to == length);
    }
  }

  /** Logits [S, V] of the next token. */
  @Override
  public Tensor conditional() {
    for (int position : positions) {
      if (position == 0) {
        throw new IllegalStateException("no token was fed; the first one must be given");
      }
    }
    return step.logits();
  }

  private void check(Tensor tokens, int length) {
    if (tokens.dtype() != DType.INT32 || tokens.size() != (long) streams * length) {
      throw new IllegalArgumentException(
          "tokens %s, expected int32 of %d streams".formatted(tokens, streams));
    }
    for (int position : positions) {
      if (length > config.contextLength() - position) {
        throw new IllegalStateException(
            "%d tokens after %d, expected at most the context length %d in all"
                .formatted(length, position, config.contextLength()));
      }
    }
    for (long i = 0; i < tokens.size(); i++) {
      int id = tokens.getInt(i);
      if (id < 0 || id >= config.vocabSize()) {
        throw new IllegalArgumentException(
            "token id %d, expected from 0 to %d".formatted(id, config.vocabSize() - 1));
      }
    }
  }

  /** Feeds {@code length} tokens of each stream from place {@code from} of tokens [S, stride]. */
  private void feed(Tensor tokens, int from, int length, int stride, boolean last) {
    step.begin(length, last);
    for (int stream = 0; stream < streams; stream++) {
      for (int i = 0; i < length; i++) {
        int token = tokens.getInt((long) stream * stride + from + i);
        step.embed(stream, i, positions[stream], token);
      }
      positions[stream] += length;
    }
    step.run();
  }
}
