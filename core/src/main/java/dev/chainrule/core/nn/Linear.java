package dev.chainrule.core.nn;

import dev.chainrule.core.autograd.Initializer;
import dev.chainrule.core.autograd.Ops;
import dev.chainrule.core.autograd.Parameter;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.autograd.Variable;
import org.jspecify.annotations.Nullable;

/** The affine map {@code y = x W^T + b}. */
public final class Linear {
  private final Parameter weight;
  private final @Nullable Parameter bias;

  /**
   * Declares {@code name.weight} [outputs, inputs] and, if wanted, {@code name.bias} [outputs],
   * which begins at zero.
   */
  public Linear(
      Parameters parameters,
      String name,
      int inputs,
      int outputs,
      boolean withBias,
      Initializer initializer) {
    weight = parameters.add(name + ".weight", initializer, outputs, inputs);
    bias = withBias ? parameters.add(name + ".bias", Initializer.constant(0), outputs) : null;
  }

  /**
   * The map of every row.
   *
   * @param x [..., inputs]
   * @return [..., outputs]
   */
  public Variable forward(Tape tape, Variable x) {
    return Ops.linear(tape, x, tape.parameter(weight), bias(tape));
  }

  /**
   * The map of every row, and a residual added to it.
   *
   * @param x [..., inputs]
   * @param residual [..., outputs]
   */
  public Variable forward(Tape tape, Variable x, Variable residual) {
    return Ops.linear(tape, x, tape.parameter(weight), bias(tape), residual);
  }

  /** [outputs, inputs]. */
  public Parameter weight() {
    return weight;
  }

  /** [outputs], or null without one. */
  public @Nullable Parameter bias() {
    return bias;
  }

  private @Nullable Variable bias(Tape tape) {
    return bias == null ? null : tape.parameter(bias);
  }
}
