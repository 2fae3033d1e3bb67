package dev.chainrule.pixelcnn.rnn;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.autograd.RecurrentOps;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.autograd.Variable;
import dev.chainrule.core.kernel.Kernels;
import dev.chainrule.core.kernel.Sweep;
import dev.chainrule.core.kernel.Taps;
import dev.chainrule.pixelcnn.ImageFormat;
import dev.chainrule.pixelcnn.MaskType;
import dev.chainrule.pixelcnn.MaskedConv2d;
import dev.chainrule.pixelcnn.RowBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A layer of the Row LSTM: the gates read the pixel and the one to its left (a 3 x 1 kernel with
 * mask B), and the states of three pixels of the row above.
 */
final class RowLstm implements RecurrentLayer {
  final Gates gates;
  final MaskedConv2d up;

  RowLstm(Parameters parameters, String name, PixelRnnConfig config) {
    ImageFormat image = config.image();
    int units = config.numUnits();
    Sweep sweep = Sweep.byRows(image.height(), image.width());
    gates = new Gates(parameters, name, config, Taps.rectangle(0, 0, -1, 0), sweep);
    MaskedConv2d.Mask mask = MaskedConv2d.Mask.of(MaskType.B, image.channels(), units, 2 * units);
    up = new MaskedConv2d(parameters, name + ".up", units, 2 * units, Taps.at(0, 0), false, mask);
  }

  @Override
  public Variable forward(Tape tape, Variable x, @Nullable Tensor labels) {
    Tensor in = x.value();
    int places = in.dim(1) * in.dim(2);
    Variable input = gates.inputToState().forward(tape, x);
    input = tape.reshape(input, in.dim(0), places, input.value().dim(3));
    Variable states = gates.states(tape, RecurrentOps.swapAxes(tape, input), labels);
    int units = states.value().dim(2);
    Variable images = RecurrentOps.swapAxes(tape, states);
    images = tape.reshape(images, in.dim(0), in.dim(1), in.dim(2), units);
    return up.forward(tape, images, x);
  }

  @Override
  public Step step(Kernels kernels, Parameters parameters, RowBuffer input, int[] labels) {
    return new RowLstmStep(kernels, parameters, this, input, labels);
  }
}
