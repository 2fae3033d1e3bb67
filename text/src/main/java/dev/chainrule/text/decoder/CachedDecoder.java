package dev.chainrule.text.decoder;

import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.kernel.CacheFormat;
import dev.chainrule.core.nn.transformer.DecoderShape;
import dev.chainrule.core.nn.transformer.DecoderStep;
import dev.chainrule.core.nn.transformer.DecoderWeights;
import dev.chainrule.text.model.SlotDecoder;
import dev.chainrule.text.model.TokenDecoder;
import dev.chainrule.text.model.TokenSlots;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Incremental evaluation of a decoder on an engine in the processor's memory: from float32
 * parameters, or from a file's blocks as they lie there. Feeding one element of each stream
 * allocates nothing but pages of the cache that are used for the first time.
 */
public final class CachedDecoder extends TokenDecoder {
  private static final int PROMPT_PIECE = 256;

  private final DecoderStep step;

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
    this(
        step(config, weights, format, requireStreams(streams), capacity, rows(streams, 1), engine),
        config,
        streams);
  }

  /**
   * Sequences that come and go, each in a slot.
   *
   * @param weights by the names of a {@link DecoderModel}'s parameters
   * @param format of keys and values
   * @param slots S, at least 1
   * @param capacity most tokens in a slot, at most the context length
   * @param engine in the processor's memory
   */
  public static SlotDecoder slots(
      DecoderConfig config,
      DecoderWeights weights,
      CacheFormat format,
      int slots,
      int capacity,
      Engine engine) {
    int rows = rows(slots, SlotDecoder.LONG_PIECE);
    DecoderStep step = step(config, weights, format, requireStreams(slots), capacity, rows, engine);
    return new TokenSlots(step, config.vocabSize(), slots, capacity, PROMPT_PIECE, rows);
  }

  /** Rows of a step: at least a long piece of a prompt, or some elements of each stream. */
  private static int rows(int streams, int elements) {
    return Math.max(streams * elements, PROMPT_PIECE);
  }

  private CachedDecoder(DecoderStep step, DecoderConfig config, int streams) {
    super(step, config.vocabSize(), streams, step.capacity(), PROMPT_PIECE);
    this.step = step;
  }

  private static DecoderStep step(
      DecoderConfig config,
      DecoderWeights weights,
      CacheFormat format,
      int streams,
      int capacity,
      int rows,
      Engine engine) {
    return new DecoderStep(shape(config, capacity), weights, format, streams, rows, engine);
  }

  /** What a step has to know, of streams of so many elements. */
  static DecoderShape shape(DecoderConfig config, int capacity) {
    if (capacity < 1 || capacity > config.contextLength()) {
      throw new IllegalArgumentException(
          "room for %d tokens, expected from 1 to the context length %d"
              .formatted(capacity, config.contextLength()));
    }
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

  /** Bytes of weights that a step of one stream reads. */
  public long weightBytes() {
    return step.weightBytes();
  }

  /** Bytes of memory that keys and values have. */
  public long cacheBytes() {
    return step.cacheBytes();
  }
}
