package dev.chainrule.text.model;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Ops;
import dev.chainrule.core.autograd.SoftmaxOps;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.autograd.TransformerOps;
import dev.chainrule.core.autograd.Variable;
import org.jspecify.annotations.Nullable;

/**
 * What a network's logits are computed from, so that those of long texts and large vocabularies
 * need not be in memory all at once.
 *
 * @param states [B, T, C], or the logits themselves [B, T, V] where no map follows
 * @param map from states to logits [V, C]; null for none
 * @param softCap of what the map gives, 0 for none
 */
public record Readout(Variable states, @Nullable Variable map, double softCap) {
  /** Logits as they are. */
  public static Readout of(Variable logits) {
    return new Readout(logits, null, 0);
  }

  /** All logits [B, T, V]. */
  public Variable logits(Tape tape) {
    return logits(tape, states);
  }

  private Variable logits(Tape tape, Variable of) {
    return map == null
        ? of
        : TransformerOps.softCap(tape, Ops.linear(tape, of, map, null), softCap);
  }

  /** Negative log-likelihood of targets [B, T], nats; of many logits piece by piece. */
  public Variable nll(Tape tape, Tensor targets) {
    return map == null
        ? Ops.crossEntropy(tape, states, targets)
        : SoftmaxOps.linearCrossEntropy(tape, states, map, softCap, targets);
  }

  /** Takes logits of some places. */
  @FunctionalInterface
  public interface Pieces {
    /**
     * Takes those of places that follow each other.
     *
     * @param first number of the first place, of all B T
     * @param logits [places, V] in the processor's memory, overwritten afterwards
     */
    void accept(int first, Tensor logits);
  }

  /**
   * All logits, piece by piece: {@link SoftmaxOps#rowsAtOnce} places at once, in order.
   *
   * @param scratch a tape that records nothing, another one than the states were made on
   */
  public void pieces(Tape scratch, Pieces taker) {
    int width = states.value().dim(-1);
    int count = states.value().rows();
    Tensor rows = states.value().reshape(count, width);
    int most = SoftmaxOps.rowsAtOnce(map == null ? width : map.value().dim(0));
    for (int from = 0; from < count; from += most) {
      scratch.begin();
      Variable some = scratch.constant(rows.slice(from, Math.min(count, from + most)));
      taker.accept(from, logits(scratch, some).value().host());
    }
  }
}
