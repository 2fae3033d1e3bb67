package dev.chainrule.text.run;

import dev.chainrule.base.InputException;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.engine.Compute;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.kernel.CacheFormat;
import dev.chainrule.core.model.Decoder;
import dev.chainrule.text.model.LanguageModel;
import dev.chainrule.text.model.Readout;
import dev.chainrule.text.model.TokenBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Logits and probabilities of single texts.
 *
 * @param known tokens that the tokenizer has
 * @param cache if they are computed token by token, as tokens are drawn
 */
record TokenScores(LanguageModel network, int known, Compute compute, @Nullable CacheFormat cache) {

  /**
   * Logits after each token [tokens, V].
   *
   * @throws InputException if they are more than an array of ND4J has
   */
  Tensor conditionals(int... ids) {
    long numbers = (long) ids.length * network.vocabSize();
    if (numbers > Integer.MAX_VALUE) {
      throw new InputException(
          "%d tokens of a vocabulary of %d have %d logits, expected less than 2^31 at once"
              .formatted(ids.length, network.vocabSize(), numbers));
    }
    int width = network.vocabSize();
    Tensor all = Tensor.zeros(DType.FLOAT32, ids.length, width);
    conditionals(
        ids,
        (first, part) -> {
          if (part.dtype() == DType.FLOAT32) {
            all.copyFrom((long) first * width, part, 0, part.size());
            return;
          }
          float[] row = new float[width];
          for (int i = 0; i < part.dim(0); i++) {
            part.read((long) i * width, row, 0, width);
            all.write((long) (first + i) * width, row, 0, width);
          }
        });
    return all;
  }

  /** The same piece by piece. */
  private void conditionals(int[] ids, Readout.Pieces taker) {
    requireTokens(ids, network.vocabSize());
    try (Engine engine = compute.open()) {
      Parameters parameters = network.parameters().on(engine);
      Tape tape = Tape.evaluation(engine, parameters);
      tape.begin();
      Tensor given = tape.integers(1, ids.length);
      given.copyFrom(Tensor.of(ids, 1, ids.length));
      network.readout(tape, given).pieces(Tape.evaluation(engine, parameters), taker);
    }
  }

  private static void requireTokens(int[] ids, int vocabSize) {
    for (int id : ids) {
      if (id < 0 || id >= vocabSize) {
        throw new InputException("token id %d, expected 0 to %d".formatted(id, vocabSize - 1));
      }
    }
  }

  /** As {@link TextModel#scored}. */
  ScoredText scored(int[] ids, int top) {
    if (ids.length < 2 || ids.length > network.contextLength() + 1) {
      throw new InputException(
          "a text of %d tokens, expected 2 to %d, one more than the model sees at once"
              .formatted(ids.length, network.contextLength() + 1));
    }
    requireTokens(ids, known);
    List<ScoredText.Place> places =
        cache == null ? ofWholeText(ids, top) : tokenByToken(ids, top, cache);
    return new ScoredText(Arrays.stream(ids).boxed().toList(), places);
  }

  private List<ScoredText.Place> ofWholeText(int[] ids, int top) {
    List<ScoredText.Place> places = new ArrayList<>();
    float[] row = new float[network.vocabSize()];
    conditionals(
        Arrays.copyOf(ids, ids.length - 1),
        (first, logits) -> {
          for (int i = 0; i < logits.dim(0); i++) {
            logits.read((long) i * row.length, row, 0, row.length);
            KnownTokens.mask(row, known);
            places.add(ScoredText.Place.of(row, ids[first + i + 1], top));
          }
        });
    return places;
  }

  private List<ScoredText.Place> tokenByToken(int[] ids, int top, CacheFormat format) {
    List<ScoredText.Place> places = new ArrayList<>();
    try (Engine engine = compute.open();
        Decoder decoder = CachedSequences.decoder(network, engine, 1, format)) {
      new CachedSequences(decoder)
          .places(
              new TokenBatch(Tensor.of(ids, 1, ids.length)),
              (sequence, t, row) -> {
                KnownTokens.mask(row, known);
                places.add(ScoredText.Place.of(row, ids[t], top));
              });
    }
    return places;
  }
}
