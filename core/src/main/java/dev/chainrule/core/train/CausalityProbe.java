package dev.chainrule.core.train;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.kernel.Kernels;
import dev.chainrule.core.model.AutoregressiveModel;
import dev.chainrule.core.model.Batch;

/**
 * A cheap look for the commonest bug of autoregressive models: a conditional that sees the element
 * it predicts, or a later one. An element in the middle of a real sequence is changed; no
 * conditional up to it may move.
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
  static <B extends Batch> void check(AutoregressiveModel<B> model, Kernels kernels, B batch) {
    B one = (B) batch.slice(0, 1);
    int place = one.length() / 2;
    Tensor changed = changeAt(one.elements(), place);
    Tape tape = Tape.evaluation(kernels, model.parameters());
    double[] before = conditionals(model, tape, one);
    double[] after = conditionals(model, tape, (B) one.withElements(changed));
    int rows = one.length() - model.givenElements();
    int width = before.length / rows;
    int blind = (place - model.givenElements() + 1) * width;
    for (int i = 0; i < blind; i++) {
      if (Math.abs(before[i] - after[i]) > TOLERANCE * (1 + Math.abs(before[i]))) {
        throw new IllegalStateException(
            "the model is not causal: changing element %d changed the conditional of element %d"
                .formatted(place, i / width + model.givenElements()));
      }
    }
  }

  private static <B extends Batch> double[] conditionals(
      AutoregressiveModel<B> model, Tape tape, B batch) {
    tape.begin();
    return model.conditionals(tape, batch).value().toDoubles();
  }

  /** The elements with one replaced by another value that occurs in the sequence. */
  private static Tensor changeAt(Tensor elements, int place) {
    int width = Math.toIntExact(elements.size() / elements.dim(1));
    Tensor changed = Tensor.zeros(elements.dtype(), elements.shape());
    changed.copyFrom(elements);
    for (int k = 0; k < width; k++) {
      double old = elements.get((long) place * width + k);
      for (long i = 0; i < elements.size(); i++) {
        if (elements.get(i) != old) {
          changed.set((long) place * width + k, elements.get(i));
          break;
        }
      }
    }
    return changed;
  }
}
