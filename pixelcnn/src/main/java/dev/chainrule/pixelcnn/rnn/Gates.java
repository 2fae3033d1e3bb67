package dev.chainrule.pixelcnn.rnn;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Initializer;
import dev.chainrule.core.autograd.Ops;
import dev.chainrule.core.autograd.Parameter;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.autograd.RecurrentOps;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.autograd.Variable;
import dev.chainrule.core.kernel.Sweep;
import dev.chainrule.core.kernel.Taps;
import dev.chainrule.core.nn.Embedding;
import dev.chainrule.pixelcnn.MaskType;
import dev.chainrule.pixelcnn.MaskedConv2d;
import org.jspecify.annotations.Nullable;

/** What the gates of an LSTM over an image are computed from: input, state, and class. */
final class Gates {
  private final MaskedConv2d inputToState;
  private final Parameter stateToState;
  private final @Nullable Embedding classes;
  private final Sweep sweep;

  /**
   * Declares {@code name.input}, {@code name.state} [K, 4h, h] and, with classes, {@code
   * name.class}.
   *
   * @param taps of the input
   */
  Gates(Parameters parameters, String name, PixelRnnConfig config, Taps taps, Sweep sweep) {
    this.sweep = sweep;
    int units = config.numUnits();
    int channels = config.image().channels();
    // The four gates are runs of h units, in each of which channels take turns.
    MaskedConv2d.Mask mask =
        channels == 1
            ? null
            : new MaskedConv2d.Mask(
                MaskType.B,
                MaskedConv2d.Mask.turns(channels, 2 * units),
                MaskedConv2d.Mask.turns(channels, units));
    inputToState =
        new MaskedConv2d(parameters, name + ".input", 2 * units, 4 * units, taps, true, mask);
    Initializer uniform = Initializer.uniform(1 / Math.sqrt((double) sweep.taps() * units));
    stateToState = parameters.add(name + ".state", uniform, sweep.taps(), 4 * units, units);
    classes =
        config.numClasses() == 0
            ? null
            : new Embedding(
                parameters,
                name + ".class",
                config.numClasses(),
                4 * units,
                Initializer.normal(0.1));
  }

  MaskedConv2d inputToState() {
    return inputToState;
  }

  /**
   * The states of all places.
   *
   * @param input what the input gives to the gates [N, B, 4h], in the order of the sweep
   * @return [N, B, h]
   */
  Variable states(Tape tape, Variable input, @Nullable Tensor labels) {
    if (classes != null && labels != null) {
      input = Ops.addRows(tape, input, classes.forward(tape, labels));
    }
    return RecurrentOps.gridLstm(tape, input, tape.parameter(stateToState), sweep);
  }

  /** The weights of a tap of the state, a view [4h, h]. */
  Tensor stateToState(Parameters parameters, int tap) {
    Tensor all = parameters.value(stateToState);
    return all.slice(tap, tap + 1).reshape(all.dim(1), all.dim(2));
  }

  /** What the gates of every place begin with: bias and class [S, places, 4h]. */
  Tensor start(Parameters parameters, int[] labels, int places) {
    Parameter bias = inputToState.bias();
    int wide = stateToState.dim(1);
    Tensor start = Tensor.zeros(DType.FLOAT32, labels.length, places, wide);
    for (long i = 0; i < start.size(); i++) {
      long gate = i % wide;
      double value = bias == null ? 0 : parameters.value(bias).get(gate);
      if (classes != null) {
        int label = labels[(int) (i / ((long) places * wide))];
        value += parameters.value(classes.table()).get((long) label * wide + gate);
      }
      start.set(i, value);
    }
    return start;
  }
}
