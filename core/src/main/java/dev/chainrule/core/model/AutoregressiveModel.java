package dev.chainrule.core.model;

import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.autograd.Variable;
import dev.chainrule.core.engine.Engine;

/**
 * A model of {@code p(x) = prod_t p(x_t | x_<t)}.
 *
 * <p>Implementations keep four properties, which {@code ModelContract} in this module's test kit
 * checks: causality, agreement of {@link #conditionals} with {@link #decoder}, normalisation, and
 * correct gradients.
 *
 * @param <B> the modality's batch
 */
public interface AutoregressiveModel<B extends Batch> {
  /** The parameters, declared; the trainer or the checkpoint allocates them. */
  Parameters parameters();

  /**
   * Leading elements of a sequence that the model is given and does not predict: 1 for a language
   * model without a start token, 0 for a model of whole images.
   */
  int givenElements();

  /**
   * Teacher-forced evaluation: the parameters of all conditionals in one parallel pass.
   *
   * @return [B, T - givenElements, P]; row t are the parameters of the conditional of element t +
   *     givenElements and depend on earlier elements only
   */
  Variable conditionals(Tape tape, B batch);

  /** Negative log-likelihoods of the predicted elements in nats [B * (T - givenElements)]. */
  Variable nll(Tape tape, B batch);

  /**
   * Sets parameters whose first values depend on data. Called once, with the first batch, before
   * the first step of training; most models have none.
   */
  default void initialise(Engine engine, B batch) {}

  /**
   * Incremental evaluation of several sequences beside each other, for the values that the
   * parameters have now. A model that has nothing faster recomputes.
   *
   * @param engine that computes; the decoder is driven by the thread that drives the engine
   * @param streams a batch of S sequences with their conditions; its elements are not read, its
   *     length is the most elements that will be fed
   */
  default Decoder decoder(Engine engine, B streams) {
    return new RecomputingDecoder<>(this, engine, streams);
  }
}
