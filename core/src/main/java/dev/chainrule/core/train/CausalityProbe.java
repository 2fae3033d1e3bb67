package dev.chainrule.core.train;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.model.AutoregressiveModel;
import dev.chainrule.core.model.Batch;

/**
 * A cheap look for the commonest bug of autoregressive models: a conditional that sees the element
 * it predicts, or a later one. From some place of a real sequence on, all elements are changed; no
 * conditional up to that place may move.
 */
final class CausalityProbe {
  private static final double TOLERANCE = 1e-4;

  private CausalityProbe() {}

  /**
   * Probes with the first sequence of a batch.
   *
   * @throws IllegalStateException if a conditional sees the future
   */
  @SuppressWarnings("unchecked") // a slice of a B is a B
  static <B extends Batch> void check(AutoregressiveModel<B> model, Engine engine, B batch) {
    B one = (B) batch.slice(0, 1);
    int length = one.length();
    int given = model.givenElements();
    Tape tape = Tape.evaluation(engine, model.parameters());
    double[] before = conditionals(model, tape, one);
    int width = before.length / (length - given);
    for (int place : new int[] {length / 4, length / 2, 3 * length / 4, length - 1}) {
      Tensor changed = changedFrom(one.elements(), place);
      double[] after = conditionals(model, tape, (B) one.withElements(changed));
      int blind = (place - given + 1) * width;
      for (int i = 0; i < blind; i++) {
        if (Math.abs(before[i] - after[i]) > TOLERANCE * (1 + Math.abs(before[i]))) {
          throw new IllegalStateException(
              "the model is not causal: changing elements from %d on changed the conditional of element %d"
                  .formatted(place, i / width + given));
        }
      }
    }
  }

  private static <B extends Batch> double[] conditionals(
      AutoregressiveModel<B> model, Tape tape, B batch) {
    tape.begin();
    return model.conditionals(tape, batch).value().toDoubles();
  }

  /** The elements, each from a place on replaced by another value that occurs in the sequence. */
  private static Tensor changedFrom(Tensor elements, int place) {
    int width = Math.toIntExact(elements.size() / elements.dim(1));
    Tensor changed = Tensor.zeros(elements.dtype(), elements.shape());
    changed.copyFrom(elements);
    double first = elements.get(0);
    double other = first;
    for (long i = 1; i < elements.size() && other == first; i++) {
      other = elements.get(i);
    }
    for (long at = (long) place * width; at < elements.size(); at++) {
      changed.set(at, elements.get(at) == first ? other : first);
    }
    return changed;
  }
}
