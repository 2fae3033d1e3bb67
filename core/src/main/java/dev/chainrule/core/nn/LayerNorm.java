package dev.chainrule.core.nn;

import dev.chainrule.core.autograd.Initializer;
import dev.chainrule.core.autograd.Ops;
import dev.chainrule.core.autograd.Parameter;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.autograd.Variable;
import org.jspecify.annotations.Nullable;

/** Layer normalisation with a learned gain and, if wanted, bias (Ba et al. 2016). */
public final class LayerNorm {
  /** Added to the variance, as in PyTorch and GPT-2. */
  public static final double EPSILON = 1e-5;

  private final Parameter gain;
  private final @Nullable Parameter bias;

  /** Declares {@code name.weight} [width], ones, and {@code name.bias} [width], zeros. */
  public LayerNorm(Parameters parameters, String name, int width, boolean withBias) {
    gain = parameters.add(name + ".weight", Initializer.constant(1), width);
    bias = withBias ? parameters.add(name + ".bias", Initializer.constant(0), width) : null;
  }

  /**
   * Normalises every row.
   *
   * @param x [..., width]
   */
  public Variable forward(Tape tape, Variable x) {
    Variable b = bias == null ? null : tape.parameter(bias);
    return Ops.layerNorm(tape, x, tape.parameter(gain), b, EPSILON);
  }

  /** [width]. */
  public Parameter gain() {
    return gain;
  }

  /** [width], or null without one. */
  public @Nullable Parameter bias() {
    return bias;
  }
}
