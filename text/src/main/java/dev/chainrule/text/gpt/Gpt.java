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
import dev.chainrule.core.model.AutoregressiveModel;
import dev.chainrule.core.model.Decoder;
import dev.chainrule.core.model.RecomputingDecoder;
import dev.chainrule.core.nn.Embedding;
import dev.chainrule.core.nn.transformer.Transformer;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The decoder-only transformer of Radford et al. 2019 (GPT-2): learned positions, pre-norm blocks,
 * GELU, a final norm, logits of the next token.
 *
 * <p><b>Differences from the paper:</b> biases and weight tying are options; no dropout on
 * attention probabilities.
 */
public final class Gpt implements AutoregressiveModel<TokenBatch> {
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

  /** The first token is given. */
  @Override
  public int givenElements() {
    return 1;
  }

  /** Logits [B, T - 1, V] of tokens 1 to T - 1; T - 1 at most the context length. */
  @Override
  public Variable conditionals(Tape tape, TokenBatch batch) {
    return logits(tape, columns(tape, batch.elements(), 0, batch.length() - 1));
  }

  @Override
  public Variable nll(Tape tape, TokenBatch batch) {
    Tensor targets = columns(tape, batch.elements(), 1, batch.length());
    return Ops.crossEntropy(tape, conditionals(tape, batch), targets);
  }

  /**
   * Logits of the token after each token.
   *
   * @param ids int32 [B, T], T at most the context length
   * @return [B, T, V]
   */
  public Variable logits(Tape tape, Tensor ids) {
    if (ids.dim(1) > config.contextLength()) {
      throw new IllegalArgumentException(
          "a sequence of %d tokens, expected at most the model's context length %d"
              .formatted(ids.dim(1), config.contextLength()));
    }
    Variable x = positions.addTo(tape, tokens.forward(tape, ids));
    x = Ops.dropout(tape, x, config.dropout());
    return Ops.linear(tape, transformer.forward(tape, x), tape.parameter(head()), null);
  }

  /** The map from the residual stream to logits [V, C]. */
  Parameter head() {
    return separateHead == null ? tokens.table() : separateHead;
  }

  /** With a cache of keys and values where the engine has the processor's vectors. */
  @Override
  public Decoder decoder(Engine engine, TokenBatch streams) {
    return engine.vectorised() && parameters.dtype() == DType.FLOAT32
        ? new GptDecoder(this, engine, streams.size())
        : new RecomputingDecoder<>(this, engine, withRoom(streams.size()), config.contextLength());
  }

  /** A decoder of sequences of up to the context length. */
  public Decoder decoder(Engine engine, int streams) {
    return decoder(engine, withRoom(streams));
  }

  private TokenBatch withRoom(int streams) {
    return new TokenBatch(Tensor.zeros(DType.INT32, streams, config.contextLength() + 1));
  }

  /** Columns {@code from} to {@code to} of ids [B, T], copied. */
  private static Tensor columns(Tape tape, Tensor ids, int from, int to) {
    Tensor part = tape.integers(ids.dim(0), to - from);
    for (int b = 0; b < ids.dim(0); b++) {
      long source = 4L * ((long) b * ids.dim(1) + from);
      long length = 4L * (to - from);
      MemorySegment.copy(ids.segment(), source, part.segment(), b * length, length);
    }
    return part;
  }
}
