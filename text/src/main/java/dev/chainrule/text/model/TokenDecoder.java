package dev.chainrule.text.model;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.model.Decoder;
import dev.chainrule.core.nn.transformer.TokenStep;
import org.jspecify.annotations.Nullable;

/**
 * Incremental evaluation of a transformer with a cache of keys and values, for the weights as they
 * were when it was made: the streams' positions, and long prompts in pieces.
 *
 * <p>Results are equal to the bit for any number of threads and streams.
 */
public abstract class TokenDecoder implements Decoder {
  private final TokenStep step;
  private final TokenRoom room;
  private final int promptPiece;
  private final PromptPieces pieces;
  private final int[] positions;
  private Tensor logits;
  private @Nullable Tensor gathered;

  /**
   * A decoder.
   *
   * @param vocabSize V, ids are below it
   * @param streams S, at least 1
   * @param capacity most elements of a stream
   * @param promptPiece elements that are computed together when many are fed at once, at most; the
   *     step has room for as many, and for one of each stream
   */
  protected TokenDecoder(
      TokenStep step, int vocabSize, int streams, int capacity, int promptPiece) {
    this.step = step;
    room = new TokenRoom(capacity, vocabSize);
    this.promptPiece = promptPiece;
    pieces = PromptPieces.of(promptPiece);
    positions = new int[streams];
    logits = step.logits();
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
    return room.capacity();
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
    if (from != to) {
      logits.slice(to, to + 1).copyFrom(logits.slice(from, from + 1));
    }
  }

  @Override
  public final void feed(Tensor tokens) {
    check(tokens, 1);
    feed(tokens, 0, positions.length, 0, 1, 1);
  }

  /**
   * In {@link PromptPieces}, however many streams there are. Streams that begin alike are read
   * once.
   */
  @Override
  public final void feedAll(Tensor tokens) {
    int length = tokens.dim(1);
    check(tokens, length);
    int streams = beginAlike(tokens, length) ? 1 : positions.length;
    int from = 0;
    for (int piece : pieces.cut(length)) {
      int together = Math.max(1, promptPiece / piece);
      for (int first = 0; first < streams; first += together) {
        feed(tokens, first, Math.min(streams, first + together), from, from + piece, length);
      }
      from += piece;
    }
    for (int stream = streams; stream < positions.length; stream++) {
      fork(0, stream);
    }
  }

  private boolean beginAlike(Tensor tokens, int length) {
    for (int stream = 0; stream < positions.length; stream++) {
      if (positions[stream] > 0) {
        return false;
      }
      for (int i = 0; i < length; i++) {
        if (tokens.getInt((long) stream * length + i) != tokens.getInt(i)) {
          return false;
        }
      }
    }
    return true;
  }

  /** Logits [S, V] of the next token. */
  @Override
  public final Tensor conditional() {
    for (int position : positions) {
      if (position == 0) {
        throw new IllegalStateException("no token was fed; the first one must be given");
      }
    }
    return logits;
  }

  private void check(Tensor tokens, int length) {
    if (tokens.dtype() != DType.INT32 || tokens.size() != (long) positions.length * length) {
      throw new IllegalArgumentException(
          "tokens %s, expected int32 of %d streams".formatted(tokens, positions.length));
    }
    for (int position : positions) {
      room.require(position, length);
    }
    for (long i = 0; i < tokens.size(); i++) {
      room.requireToken(tokens.getInt(i));
    }
  }

  /** Feeds some streams the tokens from one place to another of [S, stride]. */
  private void feed(Tensor tokens, int firstStream, int endStream, int from, int to, int stride) {
    boolean last = to == stride;
    step.begin();
    for (int stream = firstStream; stream < endStream; stream++) {
      int row = step.add(stream, positions[stream], to - from, last ? 1 : 0);
      for (int i = from; i < to; i++) {
        step.embed(row + i - from, tokens.getInt((long) stream * stride + i));
      }
      positions[stream] += to - from;
    }
    step.run();
    if (last && endStream - firstStream == positions.length) {
      logits = step.logits();
    } else if (last) {
      logits = gathered();
      logits.slice(firstStream, endStream).copyFrom(step.logits());
    }
  }

  /** Room for the logits of streams that were not all in one step. */
  private Tensor gathered() {
    Tensor all = gathered;
    if (all == null) {
      all = Tensor.zeros(DType.FLOAT32, positions.length, room.vocabSize());
      gathered = all;
    }
    return all;
  }
}
