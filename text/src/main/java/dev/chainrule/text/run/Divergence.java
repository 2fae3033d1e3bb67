package dev.chainrule.text.run;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.DivergenceOps;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.autograd.Variable;
import dev.chainrule.core.model.AutoregressiveModel;
import dev.chainrule.text.model.LanguageModel;
import dev.chainrule.text.model.TokenBatch;
import java.util.Map;

/**
 * How far a model's conditionals are from those of another one at each place of a text: the
 * divergence of the other's distribution of the next token, in nats.
 */
final class Divergence implements AutoregressiveModel<TokenBatch> {
  private final LanguageModel model;
  private final LanguageModel other;

  /**
   * Of models whose parameters are allocated.
   *
   * @param model learns, where one learns
   * @param other stays as it is
   */
  Divergence(LanguageModel model, LanguageModel other) {
    this.model = model;
    this.other = other;
    model.parameters().standOn(other.parameters(), Map.of());
  }

  @Override
  public Parameters parameters() {
    return model.parameters();
  }

  @Override
  public int givenElements() {
    return model.givenElements();
  }

  @Override
  public Variable conditionals(Tape tape, TokenBatch batch) {
    return model.conditionals(tape, batch);
  }

  /** The divergence at each place, 0 where what follows does not count. */
  @Override
  public Variable nll(Tape tape, TokenBatch batch) {
    Tensor inputs = batch.inputs(tape);
    Tensor given = other.logits(tape, inputs).value();
    return DivergenceOps.divergence(tape, model.logits(tape, inputs), given, batch.targets(tape));
  }
}
