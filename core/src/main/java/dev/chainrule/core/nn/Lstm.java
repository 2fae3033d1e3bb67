package dev.chainrule.core.nn;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Initializer;
import dev.chainrule.core.autograd.Parameter;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.autograd.RecurrentOps;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.autograd.Variable;
import java.util.random.RandomGenerator;

/**
 * A long short-term memory (Hochreiter and Schmidhuber 1997) with forget gates whose biases begin
 * at one (Gers et al. 2000, Jozefowicz et al. 2015), weights uniform in 1 / sqrt(units) as PyTorch
 * has them.
 */
public final class Lstm {
  private final Parameter inputWeight;
  private final Parameter recurrentWeight;
  private final Parameter bias;

  /**
   * Declares {@code name.weight_ih} [4 units, inputs], {@code name.weight_hh} [4 units, units] and
   * {@code name.bias} [4 units], gates in the order input, forget, candidate, output.
   */
  public Lstm(Parameters parameters, String name, int inputs, int units) {
    Initializer uniform = Initializer.uniform(1 / Math.sqrt(units));
    inputWeight = parameters.add(name + ".weight_ih", uniform, 4 * units, inputs);
    recurrentWeight = parameters.add(name + ".weight_hh", uniform, 4 * units, units);
    bias = parameters.add(name + ".bias", Lstm::initializeBias, 4 * units);
  }

  private static void initializeBias(Tensor bias, RandomGenerator rng) {
    int units = bias.dim(0) / 4;
    for (int i = 0; i < units; i++) {
      bias.set(units + i, 1);
    }
  }

  /**
   * The outputs of all steps, from a state of zeros.
   *
   * @param x time-major [T, B, inputs]
   * @return [T, B, units]
   */
  public Variable forward(Tape tape, Variable x) {
    return RecurrentOps.lstm(
        tape,
        x,
        tape.parameter(inputWeight),
        tape.parameter(recurrentWeight),
        tape.parameter(bias));
  }

  /** [4 units, inputs]. */
  public Parameter inputWeight() {
    return inputWeight;
  }

  /** [4 units, units]. */
  public Parameter recurrentWeight() {
    return recurrentWeight;
  }

  /** [4 units]. */
  public Parameter bias() {
    return bias;
  }
}
