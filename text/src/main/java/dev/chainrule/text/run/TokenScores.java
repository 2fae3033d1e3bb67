package dev.chainrule.text.run;

import dev.chainrule.base.InputException;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.engine.Compute;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.kernel.CacheFormat;
import dev.chainrule.core.model.Decoder;
import dev.chainrule.text.model.LanguageModel;
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

  /** Logits after each token, one row after the other. */
  float[] conditionals(int... ids) {
    long numbers = (long) ids.length * network.vocabSize();
    if (numbers > Integer.MAX_VALUE - 8) {
      throw new InputException(
          "%d tokens of a vocabulary of %d have %d logits, expected at most 2^31 at once"
              .formatted(ids.length, network.vocabSize(), numbers));
    }
    requireTokens(ids, network.vocabSize());
    try (Engine engine = compute.open()) {
      Tape tape = Tape.evaluation(engine, network.parameters().snapshot(engine));
      tape.begin();
      Tensor given = tape.integers(1, ids.length);
      given.copyFrom(Tensor.of(ids, 1, ids.length));
      return network.logits(tape, given).value().toFloats();
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
    int vocabSize = network.vocabSize();
    List<ScoredText.Place> places = new ArrayList<>();
    float[] logits = conditionals(Arrays.copyOf(ids, ids.length - 1));
    for (int t = 1; t < ids.length; t++) {
      float[] row = Arrays.copyOfRange(logits, (t - 1) * vocabSize, t * vocabSize);
      KnownTokens.mask(row, known);
      places.add(ScoredText.Place.of(row, ids[t], top));
    }
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
