package dev.chainrule.text.gpt;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
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
import dev.chainrule.core.nn.transformer.Transformer;
import dev.chainrule.text.model.LanguageModel;
import dev.chainrule.text.model.Readout;
import dev.chainrule.text.model.SlotDecoder;
import dev.chainrule.text.model.TokenBatch;
import org.jspecify.annotations.Nullable;

/**
 * The decoder-only transformer of Radford et al. 2019 (GPT-2): learned positions, pre-norm blocks,
 * GELU, a final norm, logits of the next token.
 *
 * <p><b>Differences from the paper:</b> biases and weight tying are options; no dropout on
 * attention probabilities.
 */
public final class Gpt implements LanguageModel {
  private final GptConfig config;
  private final Parameters parameters = new Parameters();
  final Embedding tokens;
  final Embedding positions;
  final Transformer transformer;
  private final @Nullable Parameter separateHead;

  /** Declares all parameters. */
  public Gpt(GptConfig config) {
    this.config = config;
    int width = config.embeddingDim();
    Initializer normal = Initializer.normal(0.02);
    tokens = new Embedding(parameters, "wte", config.vocabSize(), width, normal);
    positions = new Embedding(parameters, "wpe", config.contextLength(), width, normal);
    transformer = new Transformer(parameters, config.transformer());
    separateHead =
        config.tiedEmbeddings()
            ? null
            : parameters.add("lm_head.weight", normal, config.vocabSize(), width);
  }

  public GptConfig config() {
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
    Variable x = positions.addTo(tape, tokens.forward(tape, ids));
    x = Ops.dropout(tape, x, config.dropout());
    return new Readout(transformer.forward(tape, x), tape.parameter(head()), 0);
  }

  /** The map from the residual stream to logits [V, C]. */
  Parameter head() {
    return separateHead == null ? tokens.table() : separateHead;
  }

  /** With a cache of keys and values. */
  @Override
  public Decoder decoder(Engine engine, TokenBatch streams) {
    return parameters.dtype() == DType.FLOAT32
        ? new GptDecoder(this, engine, streams.size())
        : LanguageModel.super.decoder(engine, streams);
  }

  @Override
  public SlotDecoder slots(Engine engine, int slots, int capacity, CacheFormat format) {
    return parameters.dtype() == DType.FLOAT32 && format == CacheFormat.FLOAT32
        ? GptDecoder.slots(this, engine, slots, capacity)
        : LanguageModel.super.slots(engine, slots, capacity, format);
  }
}
