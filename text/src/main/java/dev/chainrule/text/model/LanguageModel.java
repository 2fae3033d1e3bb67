package dev.chainrule.text.model;

import dev.chainrule.base.InputException;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.autograd.Variable;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.kernel.CacheFormat;
import dev.chainrule.core.model.AutoregressiveModel;
import dev.chainrule.core.model.Decoder;
import dev.chainrule.core.model.RecomputingDecoder;

/**
 * A model of token sequences: {@code p(x) = prod_t softmax(logits(x_<t))[x_t]}. The first token of
 * a sequence is given. Who writes one writes {@link #logits}; likelihood and sampling follow, and a
 * faster {@link #decoder(Engine, TokenBatch)} can come later.
 */
public interface LanguageModel extends AutoregressiveModel<TokenBatch> {
  /** Number of tokens V. */
  int vocabSize();

  /** Most tokens seen at once. */
  int contextLength();

  /**
   * Logits of the token after each token.
   *
   * @param ids int32 [B, T], T at most the context length
   * @return [B, T, V]; row t depends on tokens 0 to t only
   */
  Variable logits(Tape tape, Tensor ids);

  /**
   * What {@link #logits} are computed from. A network whose last part is a map to the vocabulary
   * says so here: likelihoods of long texts are then computed piece by piece.
   *
   * @param ids int32 [B, T], T at most the context length
   */
  default Readout readout(Tape tape, Tensor ids) {
    return Readout.of(logits(tape, ids));
  }

  @Override
  default int givenElements() {
    return 1;
  }

  /** Logits [B, T - 1, V] of tokens 1 to T - 1; T - 1 at most the context length. */
  @Override
  default Variable conditionals(Tape tape, TokenBatch batch) {
    requireRoom(batch);
    return logits(tape, batch.inputs(tape));
  }

  private void requireRoom(TokenBatch batch) {
    if (batch.length() - 1 > contextLength()) {
      throw new IllegalArgumentException(
          "a sequence of %d tokens, expected at most the model's context length %d"
              .formatted(batch.length() - 1, contextLength()));
    }
  }

  @Override
  default Variable nll(Tape tape, TokenBatch batch) {
    requireRoom(batch);
    return readout(tape, batch.inputs(tape)).nll(tape, batch.targets(tape));
  }

  @Override
  default Decoder decoder(Engine engine, TokenBatch streams) {
    return new RecomputingDecoder<>(this, engine, withRoom(streams.size()), contextLength());
  }

  /** A decoder of sequences of up to the context length. */
  default Decoder decoder(Engine engine, int streams) {
    return decoder(engine, withRoom(streams));
  }

  /**
   * A decoder that keeps keys and values in a format.
   *
   * @throws InputException if this model, or the engine, has no such format
   */
  default Decoder decoder(Engine engine, int streams, CacheFormat format) {
    requireFloats(format);
    return decoder(engine, streams);
  }

  private static void requireFloats(CacheFormat format) {
    if (format != CacheFormat.FLOAT32) {
      throw new InputException(
          "a cache of keys and values in %s, expected float32, which this model keeps"
              .formatted(format));
    }
  }

  /**
   * Sequences that come and go, on any engine.
   *
   * @param slots how many there can be at once
   * @param capacity most tokens of each, at most the context length
   * @param format of keys and values
   * @throws InputException if this model, or the engine, has no such format
   */
  default SlotDecoder slots(Engine engine, int slots, int capacity, CacheFormat format) {
    requireFloats(format);
    return new RecomputingSlots(this, engine, slots, capacity);
  }

  /** Sequences that come and go, with keys and values in float32. */
  default SlotDecoder slots(Engine engine, int slots, int capacity) {
    return slots(engine, slots, capacity, CacheFormat.FLOAT32);
  }

  private TokenBatch withRoom(int streams) {
    return new TokenBatch(Tensor.zeros(DType.INT32, streams, contextLength() + 1));
  }
}
