package dev.chainrule.text.decoder;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.kernel.CacheFormat;
import dev.chainrule.core.model.Decoder;
import dev.chainrule.core.nn.transformer.DecoderShape;
import dev.chainrule.core.nn.transformer.DecoderStep;
import dev.chainrule.core.nn.transformer.DecoderWeights;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Incremental evaluation of a decoder with a cache of keys and values, on an engine in the
 * processor's memory: from float32 parameters, or from a file's blocks as they lie there.
 *
 * <p>Results are equal to the bit for any number of threads and streams, and whether elements are
 * fed one by one or many at once. Feeding one element of each stream allocates nothing but pages of
 * the cache that are used for the first time.
 */
public final class CachedDecoder implements Decoder {
  /** Rows that are computed together when many elements are fed at once. */
  private static final int PREFILL_ROWS = 128;

  private final DecoderConfig config;
  private final int streams;
  private final int capacity;
  private final DecoderStep step;
  private final int[] positions;

  /**
   * A decoder.
   *
   * @param weights by the names of a {@link DecoderModel}'s parameters
   * @param format of keys and values
   * @param streams S, at least 1
   * @param capacity most elements of a stream, at most the context length
   * @param engine in the processor's memory
   */
  public CachedDecoder(
      DecoderConfig config,
      DecoderWeights weights,
      CacheFormat format,
      int streams,
      int capacity,
      Engine engine) {
    this.config = config;
    if (streams < 1) {
      throw new IllegalArgumentException("%d streams, expected 1 or more".formatted(streams));
    }
    if (capacity < 1 || capacity > config.contextLength()) {
      throw new IllegalArgumentException(
          "room for %d tokens, expected from 1 to the context length %d"
              .formatted(capacity, config.contextLength()));
    }
    this.streams = streams;
    this.capacity = capacity;
    positions = new int[streams];
    int rows = Math.max(streams, PREFILL_ROWS);
    step = new DecoderStep(shape(config, capacity), weights, format, streams, rows, engine);
  }

  private static DecoderShape shape(DecoderConfig config, int capacity) {
    Map<Rotary, DecoderShape.Rotation> rotations = new HashMap<>();
    List<DecoderShape.Layer> layers = new ArrayList<>();
    for (int layer = 0; layer < config.numLayers(); layer++) {
      DecoderShape.Rotation rotation = null;
      if (config.isRotated(layer)) {
        rotation =
            rotations.computeIfAbsent(
                config.rotary(layer),
                r -> new DecoderShape.Rotation(r.frequencies(config.headDim())));
      }
      layers.add(new DecoderShape.Layer(config.attention(layer), rotation));
    }
    return new DecoderShape(
        config.vocabSize(),
        capacity,
        config.width(),
        config.hidden(),
        config.headDim(),
        config.norm().kind() == DecoderConfig.Norm.Kind.LAYER,
        config.norm().epsilon(),
        config.activation(),
        config.embeddingScale(),
        config.logitSoftcap(),
        layers);
  }

  @Override
  public int streams() {
    return streams;
  }

  @Override
  public int position(int stream) {
    return positions[stream];
  }

  @Override
  public int capacity() {
    return capacity;
  }

  /** Bytes of weights that a step of one stream reads. */
  public long weightBytes() {
    return step.weightBytes();
  }

  /** Bytes of memory that keys and values have. */
  public long cacheBytes() {
    return step.cacheBytes();
  }

  @Override
  public void reset(int stream) {
    positions[stream] = 0;
    step.reset(stream);
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
      if (length > capacity - position) {
        throw new IllegalStateException(
            "%d tokens after %d, expected at most the context length %d in all"
                .formatted(length, position, capacity));
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
      step.place(stream, positions[stream]);
      for (int i = 0; i < length; i++) {
        step.embed(stream, i, tokens.getInt((long) stream * stride + from + i));
      }
      positions[stream] += length;
    }
    step.run();
  }
}
