package dev.chainrule.text.decoder;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.ElementwiseOps;
import dev.chainrule.core.autograd.Initializer;
import dev.chainrule.core.autograd.Ops;
import dev.chainrule.core.autograd.Parameter;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.autograd.Variable;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.kernel.CacheFormat;
import dev.chainrule.core.model.Decoder;
import dev.chainrule.core.nn.Embedding;
import dev.chainrule.core.nn.transformer.DecoderWeights;
import dev.chainrule.text.model.LanguageModel;
import dev.chainrule.text.model.Readout;
import dev.chainrule.text.model.SlotDecoder;
import dev.chainrule.text.model.TokenBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A decoder-only transformer (Radford et al. 2019) with all that has come since, each as its {@link
 * DecoderConfig} says: root-mean-square norms, rotary positions, grouped queries, sliding windows,
 * gated units (Touvron et al. 2023), norms of queries and keys, norms after both halves of a block
 * and capped scores (Gemma Team 2025).
 *
 * <p>Names of parameters are the same for all: {@code embed.weight}, {@code layers.0.q.weight} and
 * so on. Matrices are [outputs, inputs].
 */
public final class DecoderModel implements LanguageModel {
  /** What a table of angles is made for. */
  private record TableKey(Rotary rotary, DType dtype) {}

  private final DecoderConfig config;
  private final Parameters parameters = new Parameters();
  final Embedding tokens;
  final @Nullable Embedding positions;
  final List<DecoderLayer> layers = new ArrayList<>();
  final DecoderNorm norm;
  private final @Nullable Parameter separateHead;
  private final Map<TableKey, RotaryTable> tables = new ConcurrentHashMap<>();

  /** Declares all parameters. */
  public DecoderModel(DecoderConfig config) {
    this.config = config;
    int width = config.width();
    Initializer normal = Initializer.normal(0.02);
    tokens = new Embedding(parameters, "embed", config.vocabSize(), width, normal);
    positions =
        config.positions().kind() == DecoderConfig.Positions.Kind.LEARNED
            ? new Embedding(parameters, "positions", config.contextLength(), width, normal)
            : null;
    for (int layer = 0; layer < config.numLayers(); layer++) {
      layers.add(new DecoderLayer(parameters, layer, config));
    }
    norm = new DecoderNorm(parameters, "norm", width, config.norm());
    separateHead =
        config.tiedEmbeddings()
            ? null
            : parameters.add("head.weight", normal, config.vocabSize(), width);
  }

  /**
   * A model with the weights of a file, as float32.
   *
   * @throws dev.chainrule.base.InputException if weights are missing, of another shape, too many,
   *     or no numbers; shapes are compared before memory is asked for
   */
  public static DecoderModel load(DecoderConfig config, WeightSource source) {
    return WeightLoading.load(config, source);
  }

  public DecoderConfig config() {
    return config;
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }

  @Override
  public int vocabSize() {
    return config.vocabSize();
  }

  @Override
  public int contextLength() {
    return config.contextLength();
  }

  @Override
  public Variable logits(Tape tape, Tensor ids) {
    return readout(tape, ids).logits(tape);
  }

  @Override
  public Readout readout(Tape tape, Tensor ids) {
    Variable x = ElementwiseOps.scale(tape, tokens.forward(tape, ids), config.embeddingScale());
    x = positions == null ? x : positions.addTo(tape, x);
    x = Ops.dropout(tape, x, config.dropout());
    for (DecoderLayer layer : layers) {
      RotaryTable.@Nullable Angles angles = angles(layer, tape, ids.dim(-1));
      x = tape.block(x, input -> layer.forward(tape, input, angles));
    }
    return new Readout(norm.forward(tape, x), tape.parameter(head()), config.logitSoftcap());
  }

  /** With a cache of keys and values. */
  @Override
  public Decoder decoder(Engine engine, TokenBatch streams) {
    if (parameters.dtype() != DType.FLOAT32) {
      return LanguageModel.super.decoder(engine, streams);
    }
    return engine.onHost()
        ? decoder(engine, streams.size(), CacheFormat.FLOAT32)
        : new DeviceDecoder(config, parameters.snapshot(engine), streams.size(), engine);
  }

  /**
   * A decoder with a cache, for the weights as they are now.
   *
   * @param engine in the processor's memory
   * @param streams S, at least 1
   * @param format of keys and values
   */
  @Override
  public CachedDecoder decoder(Engine engine, int streams, CacheFormat format) {
    DecoderWeights weights = DecoderWeights.of(parameters.snapshot(engine));
    return new CachedDecoder(config, weights, format, streams, config.contextLength(), engine);
  }

  @Override
  public SlotDecoder slots(Engine engine, int slots, int capacity, CacheFormat format) {
    boolean floats = parameters.dtype() == DType.FLOAT32;
    if (floats && !engine.onHost() && format == CacheFormat.FLOAT32) {
      return DeviceDecoder.slots(config, parameters.snapshot(engine), slots, capacity, engine);
    }
    if (!engine.onHost() || !floats) {
      return LanguageModel.super.slots(engine, slots, capacity, format);
    }
    DecoderWeights weights = DecoderWeights.of(parameters.snapshot(engine));
    return CachedDecoder.slots(config, weights, format, slots, capacity, engine);
  }

  /** The map from the residual stream to logits [V, C]. */
  Parameter head() {
    return separateHead == null ? tokens.table() : separateHead;
  }

  private RotaryTable.@Nullable Angles angles(DecoderLayer layer, Tape tape, int time) {
    return config.isRotated(layer.number)
        ? table(config.rotary(layer.number), tape.parameter(tokens.table()).value().dtype())
            .of(time)
        : null;
  }

  /** The angles of one way to rotate; layers that rotate alike share a table. */
  RotaryTable table(Rotary rotary, DType dtype) {
    return tables.computeIfAbsent(
        new TableKey(rotary, dtype), key -> new RotaryTable(rotary, config.headDim(), dtype));
  }
}
