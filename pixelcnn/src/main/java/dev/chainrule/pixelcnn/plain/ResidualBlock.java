package dev.chainrule.pixelcnn.plain;

import dev.chainrule.core.autograd.ElementwiseOps;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.autograd.Variable;
import dev.chainrule.core.kernel.Activation;
import dev.chainrule.core.kernel.Taps;
import dev.chainrule.pixelcnn.MaskType;
import dev.chainrule.pixelcnn.MaskedConv2d;

/**
 * ReLU, 1 x 1 to h units, ReLU, 3 x 3 with mask B, ReLU, 1 x 1 to 2h units, and the input added
 * (van den Oord et al. 2016a, figure 5).
 */
final class ResidualBlock {
  final MaskedConv2d reduce;
  final MaskedConv2d middle;
  final MaskedConv2d expand;

  ResidualBlock(Parameters parameters, String name, PixelCnnConfig config) {
    int h = config.numFilters();
    int channels = config.image().channels();
    Taps own = Taps.at(0, 0);
    reduce = conv(parameters, name + ".reduce", 2 * h, h, own, channels);
    middle = conv(parameters, name + ".middle", h, h, Taps.raster(3, true), channels);
    expand = conv(parameters, name + ".expand", h, 2 * h, own, channels);
  }

  private static MaskedConv2d conv(
      Parameters parameters, String name, int inputs, int outputs, Taps taps, int channels) {
    return new MaskedConv2d(
        parameters,
        name,
        inputs,
        outputs,
        taps,
        true,
        MaskedConv2d.Mask.of(MaskType.B, channels, inputs, outputs));
  }

  Variable forward(Tape tape, Variable x) {
    Variable y = reduce.forward(tape, ElementwiseOps.activation(tape, x, Activation.RELU));
    y = middle.forward(tape, ElementwiseOps.activation(tape, y, Activation.RELU));
    return expand.forward(tape, ElementwiseOps.activation(tape, y, Activation.RELU), x);
  }
}
