package dev.chainrule.text.run;

import dev.chainrule.base.InputException;
import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.sampling.CategoricalSampler;
import dev.chainrule.core.sampling.Penalties;
import dev.chainrule.core.sampling.Sampler;
import dev.chainrule.core.sampling.SamplingConfig;
import dev.chainrule.text.model.LanguageModel;
import dev.chainrule.text.model.SlotDecoder;
import dev.chainrule.text.speculation.Acceptance;
import dev.chainrule.text.speculation.Draft;
import dev.chainrule.text.speculation.GuessBounds;
import dev.chainrule.text.speculation.LookupDraft;
import dev.chainrule.text.speculation.ModelDraft;
import java.util.function.Consumer;

/**
 * How tokens are guessed ahead while others are drawn; what is drawn does not change.
 *
 * @param drafts of streams
 * @param bounds of how many tokens are guessed at once
 * @param report hears at the end of a drawing what it came to
 */
public record Speculation(Drafts drafts, GuessBounds bounds, Consumer<Acceptance> report) {
  /** Opens drafts. */
  @FunctionalInterface
  public interface Drafts {
    /**
     * Gets ready for some streams at once.
     *
     * @param model that draws
     * @param engine on which it does
     */
    Streams of(TextModel model, Engine engine, int streams);
  }

  /** Drafts of streams that come and go; closed after all of them. */
  @FunctionalInterface
  public interface Streams extends AutoCloseable {
    /**
     * A draft for a stream, to be closed before its number has another one.
     *
     * @param sampling how the stream is drawn
     * @param random the stream's own random numbers, of which each token takes one
     */
    Draft open(int stream, SamplingConfig sampling, CounterRandom random);

    @Override
    default void close() {}
  }

  private static Speculation by(Drafts drafts) {
    return new Speculation(drafts, GuessBounds.USUAL, acceptance -> {});
  }

  /** What followed the last tokens before will follow them again. */
  public static Speculation lookup() {
    return by((model, engine, streams) -> (stream, sampling, random) -> new LookupDraft());
  }

  /**
   * A smaller model draws ahead.
   *
   * @param draft of the same tokens; stays open as long as this is used
   */
  public static Speculation model(TextModel draft) {
    return by(
        (model, engine, streams) -> {
          requireSameTokens(model, draft);
          LanguageModel small = draft.network();
          return new ModelStreams(
              small.slots(engine, streams, small.contextLength()), draft.tokenizer().vocabSize());
        });
  }

  /** Those of a model, each in a slot of its own. */
  private record ModelStreams(SlotDecoder slots, int known) implements Streams {
    @Override
    public Draft open(int stream, SamplingConfig sampling, CounterRandom random) {
      SamplingConfig plain = sampling.withPenalties(Penalties.none());
      Sampler sampler = new CategoricalSampler(slots.vocabSize(), plain.warpers());
      return new ModelDraft(slots, stream, new KnownTokens(sampler, known), random);
    }

    @Override
    public void close() {
      slots.close();
    }
  }

  /** The same with other bounds. */
  public Speculation within(GuessBounds other) {
    return new Speculation(drafts, other, report);
  }

  /** The same, which tells what it came to. */
  public Speculation withReport(Consumer<Acceptance> hearer) {
    return new Speculation(drafts, bounds, hearer);
  }

  private static void requireSameTokens(TextModel model, TextModel draft) {
    int tokens = model.tokenizer().vocabSize();
    if (draft.tokenizer().vocabSize() != tokens) {
      throw new InputException(
          "%s: a draft of %d tokens, expected the %d of %s"
              .formatted(draft.path(), draft.tokenizer().vocabSize(), tokens, model.path()));
    }
    for (int id = 0; id < tokens; id++) {
      if (!model.tokenizer().piece(id).equals(draft.tokenizer().piece(id))) {
        throw new InputException(
            "%s: a draft whose token %d is '%s', expected '%s' as in %s"
                .formatted(
                    draft.path(),
                    id,
                    draft.tokenizer().piece(id),
                    model.tokenizer().piece(id),
                    model.path()));
      }
    }
  }
}
