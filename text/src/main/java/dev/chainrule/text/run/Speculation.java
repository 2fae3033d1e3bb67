package dev.chainrule.text.run;

import dev.chainrule.base.InputException;
import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.sampling.CategoricalSampler;
import dev.chainrule.core.sampling.Penalties;
import dev.chainrule.core.sampling.SamplingConfig;
import dev.chainrule.text.speculation.Acceptance;
import dev.chainrule.text.speculation.Draft;
import dev.chainrule.text.speculation.GuessBounds;
import dev.chainrule.text.speculation.LookupDraft;
import dev.chainrule.text.speculation.ModelDraft;
import java.util.function.Consumer;

/**
 * How tokens are guessed ahead while others are drawn; what is drawn does not change.
 *
 * @param drafts one for each stream
 * @param bounds of how many tokens are guessed at once
 * @param report hears at the end of a drawing what it came to
 */
public record Speculation(Drafts drafts, GuessBounds bounds, Consumer<Acceptance> report) {
  /** Opens drafts. */
  @FunctionalInterface
  public interface Drafts {
    /**
     * A draft for a stream.
     *
     * @param model that draws
     * @param engine on which it does
     * @param sampling how
     * @param random the stream's own random numbers, of which each token takes one
     */
    Draft open(TextModel model, Engine engine, SamplingConfig sampling, CounterRandom random);
  }

  private static Speculation by(Drafts drafts) {
    return new Speculation(drafts, GuessBounds.USUAL, acceptance -> {});
  }

  /** What followed the last tokens before will follow them again. */
  public static Speculation lookup() {
    return by((model, engine, sampling, random) -> new LookupDraft());
  }

  /**
   * A smaller model draws ahead.
   *
   * @param draft of the same tokens; stays open as long as this is used
   */
  public static Speculation model(TextModel draft) {
    return by(
        (model, engine, sampling, random) -> {
          requireSameTokens(model, draft);
          int known = draft.tokenizer().vocabSize();
          int vocabSize = draft.network().vocabSize();
          SamplingConfig plain = sampling.withPenalties(Penalties.none());
          return new ModelDraft(
              draft.network().slots(engine, 1, draft.network().contextLength()),
              new KnownTokens(new CategoricalSampler(vocabSize, plain.warpers()), known),
              random);
        });
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
