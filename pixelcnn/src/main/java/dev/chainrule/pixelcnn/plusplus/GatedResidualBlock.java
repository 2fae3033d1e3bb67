package dev.chainrule.pixelcnn.plusplus;

import dev.chainrule.core.autograd.ActivationOps;
import dev.chainrule.core.autograd.ElementwiseOps;
import dev.chainrule.core.autograd.Initializer;
import dev.chainrule.core.autograd.Ops;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.autograd.Variable;
import dev.chainrule.core.kernel.Taps;
import dev.chainrule.core.nn.Embedding;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The residual block of PixelCNN++: concatenated ELU, convolution, the maps of other streams added
 * through 1 x 1 convolutions, concatenated ELU, dropout, convolution to twice the units, class, and
 * {@code x + a sigmoid(b)}.
 */
final class GatedResidualBlock {
  private static final double LAST_SCALE = 0.1;

  final NormedConv2d first;
  final List<NormedConv2d> sides = new ArrayList<>();
  final NormedConv2d second;
  final @Nullable Embedding classes;
  private final double dropout;

  /**
   * Declares a block.
   *
   * @param taps of both convolutions
   * @param numSides other maps that are read
   */
  GatedResidualBlock(
      Parameters parameters, String name, PixelCnnPlusPlusConfig config, Taps taps, int numSides) {
    int filters = config.numFilters();
    dropout = config.dropout();
    first = NormedConv2d.of(parameters, name + ".first", 2 * filters, filters, taps);
    for (int i = 0; i < numSides; i++) {
      sides.add(
          NormedConv2d.of(parameters, name + ".side." + i, 2 * filters, filters, Taps.at(0, 0)));
    }
    second =
        NormedConv2d.scaled(
            parameters, name + ".second", 2 * filters, 2 * filters, taps, LAST_SCALE);
    classes =
        config.numClasses() == 0
            ? null
            : new Embedding(
                parameters,
                name + ".class",
                config.numClasses(),
                2 * filters,
                Initializer.normal(0.05));
  }

  /** The block's output for a map and as many others as it was declared with. */
  Feature forward(Pass pass, Feature x, Feature... others) {
    Tape tape = pass.tape();
    Variable hidden = first.forward(pass, x.activated(tape), null);
    for (int i = 0; i < others.length; i++) {
      hidden = sides.get(i).forward(pass, others[i].activated(tape), hidden);
    }
    hidden = Ops.dropout(tape, ElementwiseOps.concatElu(tape, hidden), dropout);
    Variable gates = second.forward(pass, hidden, null);
    Variable condition =
        classes == null || pass.labels() == null ? null : classes.forward(tape, pass.labels());
    return new Feature(ActivationOps.gatedLinear(tape, gates, condition, x.map()));
  }
}
