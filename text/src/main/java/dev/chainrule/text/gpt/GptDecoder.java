package dev.chainrule.text.gpt;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.model.Decoder;
import dev.chainrule.core.nn.transformer.TransformerStep;
import dev.chainrule.base.parallel.Workers;
import java.lang.ref.Reference;

/**
 * Incremental evaluation of a {@link Gpt} with a cache of keys and values. It reads the parameters
 * where they lie, so that it always speaks for their present values; what it has cached under older
 * ones stays until {@link #reset}.
 *
 * <p>Results are equal to the bit for any number of threads and streams, and whether elements are
 * fed one by one or many at once. Feeding one element of each stream allocates nothing.
 */
public final class GptDecoder implements Decoder {
  /** Rows that are computed together when many elements are fed at once. */
  private static final int PREFILL_ROWS = 64;

  /** A further thread is worth its waiting from so many bytes of weights on. */
  private static final long BYTES_PER_THREAD = 2 << 20;

  private final GptConfig config;
  private final int streams;
  private final TransformerStep step;
  private final Workers workers;
  private final Workers.Task task;
  private int position;

  /**
   * A decoder.
   *
   * @param streams S, at least 1
   * @param threads at least 1
   */
  GptDecoder(Gpt model, int streams, int threads) {
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
    workers = new Workers(threads);
    Parameters all = model.parameters();
    TransformerStep.Ends ends =
        new TransformerStep.Ends(
            all.value(model.tokens.table()),
            all.value(model.positions.table()),
            all.value(model.head()));
    int rowRoom = Math.max(streams, PREFILL_ROWS);
    step = new TransformerStep(model.transformer, all, ends, streams, rowRoom, threads);
    task = step::run;
  }

  /** Threads that pay for a model of this size, at most the number of processors. */
  static int defaultThreads(Gpt model, int streams) {
    long bytes = 4L * model.parameters().size() * Math.max(1, streams);
    int processors = Runtime.getRuntime().availableProcessors();
    return Math.clamp(bytes / BYTES_PER_THREAD, 1, processors);
  }

  @Override
  public int streams() {
    return streams;
  }

  @Override
  public int position() {
    return position;
  }

  /** The context length. */
  @Override
  public int capacity() {
    return config.contextLength();
  }

  /** Number of threads. */
  public int threads() {
    return workers.count();
  }

  @Override
  public void reset() {
    position = 0;
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
    if (position == 0) {
      throw new IllegalStateException("no token was fed; the first one must be given");
    }
    return step.logits();
  }

  /** Ends the threads. */
  @Override
  public void close() {
    workers.close();
  }

  private void check(Tensor tokens, int length) {
    if (tokens.dtype() != DType.INT32 || tokens.size() != (long) streams * length) {
      throw new IllegalArgumentException(
          "tokens %s, expected int32 of %d streams".formatted(tokens, streams));
    }
    if (length > config.contextLength() - position) {
      throw new IllegalStateException(
          "%d tokens after %d, expected at most the context length %d in all"
              .formatted(length, position, config.contextLength()));
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
    step.begin(position, length, last);
    for (int stream = 0; stream < streams; stream++) {
      for (int i = 0; i < length; i++) {
        step.embed(stream, i, tokens.getInt((long) stream * stride + from + i));
      }
    }
    try {
      workers.run(task);
    } finally {
      // The threads work on bare addresses: nothing may be collected before they are done.
      Reference.reachabilityFence(this);
    }
    position += length;
  }
}
