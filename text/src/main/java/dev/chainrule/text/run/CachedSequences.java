package dev.chainrule.text.run;

import dev.chainrule.base.InputException;
import dev.chainrule.base.distribution.Categorical;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.array.TensorMemory;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.kernel.CacheFormat;
import dev.chainrule.core.model.Decoder;
import dev.chainrule.text.model.LanguageModel;
import dev.chainrule.text.model.TokenBatch;

/**
 * Likelihoods by a decoder, token by token, as tokens are drawn: with the formats of weights and of
 * keys and values that it has. Used by one thread at a time.
 */
final class CachedSequences {
  private final Decoder decoder;
  private final Tensor step;
  private float[] row = new float[0];

  CachedSequences(Decoder decoder) {
    this.decoder = decoder;
    step = Tensor.zeros(DType.INT32, decoder.streams());
  }

  /** Takes the logits of places. */
  @FunctionalInterface
  interface Places {
    /**
     * Takes those of a place.
     *
     * @param t number of the token in its sequence
     * @param logits [V], overwritten afterwards
     */
    void accept(int sequence, int t, float[] logits);
  }

  /**
   * A decoder that keeps keys and values in a format.
   *
   * @throws InputException if the model or the engine has no such format
   */
  static Decoder decoder(LanguageModel network, Engine engine, int streams, CacheFormat format) {
    if (engine.memory() != TensorMemory.HOST) {
      throw new InputException(
          "engine %s has no cache of keys and values in %s, expected an engine of the processor"
              .formatted(engine.name(), format));
    }
    return network.decoder(engine, streams, format);
  }

  /** The negative log-likelihood of the tokens of each sequence that count [B], nats. */
  double[] sums(TokenBatch batch) {
    double[] sums = new double[batch.size()];
    for (int first = 0; first < batch.size(); first += decoder.streams()) {
      int begin = first;
      TokenBatch part = batch.slice(first, Math.min(batch.size(), first + decoder.streams()));
      places(
          part,
          (sequence, t, logits) -> {
            int id = part.elements().getInt((long) sequence * part.length() + t);
            sums[begin + sequence] += Categorical.logSumExp(logits, logits.length) - logits[id];
          });
    }
    return sums;
  }

  /**
   * Reads sequences beside each other.
   *
   * @param batch of at most as many as the decoder has streams
   * @param taker of those places whose token counts
   */
  void places(TokenBatch batch, Places taker) {
    int length = batch.length();
    int begin = firstThatCounts(batch);
    decoder.reset();
    if (begin < length) {
      decoder.feedAll(given(batch, begin));
    }
    for (int t = begin; t < length; t++) {
      Tensor conditional = decoder.conditional();
      int width = conditional.dim(-1);
      if (row.length != width) {
        row = new float[width];
      }
      for (int b = 0; b < batch.size(); b++) {
        if (counts(batch, b, t)) {
          conditional.read((long) b * width, row, 0, width);
          taker.accept(b, t, row);
        }
      }
      if (t + 1 < length) {
        for (int s = 0; s < decoder.streams(); s++) {
          step.set(s, element(batch, s, t));
        }
        decoder.feed(step);
      }
    }
  }

  /** The tokens before a place, of all streams. */
  private Tensor given(TokenBatch batch, int begin) {
    Tensor given = Tensor.zeros(DType.INT32, decoder.streams(), begin);
    for (int s = 0; s < decoder.streams(); s++) {
      for (int t = 0; t < begin; t++) {
        given.set((long) s * begin + t, element(batch, s, t));
      }
    }
    return given;
  }

  /** Streams without a sequence read the last one, and nobody asks what of it. */
  private static int element(TokenBatch batch, int stream, int t) {
    int sequence = Math.min(stream, batch.size() - 1);
    return batch.elements().getInt((long) sequence * batch.length() + t);
  }

  private static boolean counts(TokenBatch batch, int sequence, int t) {
    Tensor learnt = batch.learnt();
    return learnt == null || learnt.getInt((long) sequence * batch.length() + t) != 0;
  }

  private static int firstThatCounts(TokenBatch batch) {
    for (int t = 1; t < batch.length(); t++) {
      for (int b = 0; b < batch.size(); b++) {
        if (counts(batch, b, t)) {
          return t;
        }
      }
    }
    return batch.length();
  }
}
