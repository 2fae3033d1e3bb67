package dev.chainrule.core.nn;

import dev.chainrule.core.autograd.GruOps;
import dev.chainrule.core.autograd.Initializer;
import dev.chainrule.core.autograd.Parameter;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.autograd.Variable;

/**
 * A gated recurrent unit (Cho et al. 2014), its reset gate after the product as PyTorch has it,
 * weights uniform in 1 / sqrt(units).
 */
public final class Gru {
  private final Parameter inputWeight;
  private final Parameter recurrentWeight;
  private final Parameter bias;

  /**
   * Declares {@code name.weight_ih} [3 units, inputs] for candidate, reset, update, {@code
   * name.weight_hh} [3 units, units] for reset, update, candidate, and {@code name.bias} [4 units]
   * for candidate, reset, update and the recurrent part of the candidate.
   */
  public Gru(Parameters parameters, String name, int inputs, int units) {
    Initializer uniform = Initializer.uniform(1 / Math.sqrt(units));
    inputWeight = parameters.add(name + ".weight_ih", uniform, 3 * units, inputs);
    recurrentWeight = parameters.add(name + ".weight_hh", uniform, 3 * units, units);
    bias = parameters.add(name + ".bias", Initializer.constant(0), 4 * units);
  }

  /**
   * The outputs of all steps, from an output of zeros.
   *
   * @param x time-major [T, B, inputs]
   * @return [T, B, units]
   */
  public Variable forward(Tape tape, Variable x) {
    return GruOps.gru(
        tape,
        x,
        tape.parameter(inputWeight),
        tape.parameter(recurrentWeight),
        tape.parameter(bias));
  }

  /** [3 units, inputs]. */
  public Parameter inputWeight() {
    return inputWeight;
  }

  /** [3 units, units]. */
  public Parameter recurrentWeight() {
    return recurrentWeight;
  }

  /** [4 units]. */
  public Parameter bias() {
    return bias;
  }
}
