package dev.chainrule.pixelcnn.gated;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.ActivationOps;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.autograd.Variable;
import dev.chainrule.core.kernel.Taps;
import dev.chainrule.pixelcnn.Conditioning;
import dev.chainrule.pixelcnn.MaskType;
import dev.chainrule.pixelcnn.MaskedConv2d;
import org.jspecify.annotations.Nullable;

/**
 * One gated layer of both stacks (van den Oord et al. 2016b, figure 2). The vertical map at row r
 * has seen row r; the link to the horizontal stack reads it from the row above.
 */
final class GatedLayer {
  /**
   * What a layer hands on.
   *
   * @param vertical [B, H, W, F]; null after the last layer
   * @param horizontal [B, H, W, F]; null after the last layer
   * @param skip sum of what the layers add to the output [B, H, W, F]
   */
  record State(
      @Nullable Variable vertical, @Nullable Variable horizontal, @Nullable Variable skip) {}

  final MaskedConv2d vertical;
  final MaskedConv2d link;
  final MaskedConv2d horizontal;
  final @Nullable MaskedConv2d residual;
  final MaskedConv2d skip;
  final @Nullable Conditioning verticalCondition;
  final @Nullable Conditioning horizontalCondition;
  private final boolean first;

  GatedLayer(Parameters parameters, String name, GatedPixelCnnConfig config, int layer) {
    first = layer == 0;
    int filters = config.numFilters();
    int channels = config.image().channels();
    int inputs = first ? channels : filters;
    int half = (first ? config.firstKernelSize() : config.kernelSize()) / 2;
    Taps above = Taps.rectangle(-half, 0, -half, half);
    vertical =
        new MaskedConv2d(parameters, name + ".vertical", inputs, 2 * filters, above, true, null);
    link =
        new MaskedConv2d(
            parameters, name + ".link", 2 * filters, 2 * filters, Taps.at(-1, 0), false, null);
    boolean readsOwn = !first || channels > 1;
    Taps left = Taps.rectangle(0, 0, -half, readsOwn ? 0 : -1);
    horizontal =
        new MaskedConv2d(
            parameters,
            name + ".horizontal",
            inputs,
            2 * filters,
            left,
            true,
            mask(channels, first ? MaskType.A : MaskType.B, filters));
    MaskedConv2d.Mask own = mask(channels, MaskType.B, filters);
    boolean last = layer == config.numLayers() - 1;
    residual =
        last
            ? null
            : new MaskedConv2d(
                parameters, name + ".residual", filters, filters, Taps.at(0, 0), true, own);
    skip = new MaskedConv2d(parameters, name + ".skip", filters, filters, Taps.at(0, 0), true, own);
    verticalCondition = last ? null : conditioning(parameters, name + ".vertical", config);
    horizontalCondition = conditioning(parameters, name + ".horizontal", config);
  }

  private static MaskedConv2d.@Nullable Mask mask(int channels, MaskType type, int filters) {
    return channels == 1
        ? null
        : new MaskedConv2d.Mask(
            type,
            MaskedConv2d.Mask.turns(channels, filters),
            MaskedConv2d.Mask.turns(channels, filters));
  }

  private static @Nullable Conditioning conditioning(
      Parameters parameters, String name, GatedPixelCnnConfig config) {
    int units = 2 * config.numFilters();
    if (config.numClasses() > 0) {
      return Conditioning.classes(parameters, name + "_class", config.numClasses(), units);
    }
    return config.vectorWidth() == 0
        ? null
        : Conditioning.vectors(parameters, name + "_vector", config.vectorWidth(), units);
  }

  /**
   * One layer.
   *
   * @param v the vertical stack so far, the image at first [B, H, W, I]
   * @param h the horizontal stack so far, the image at first [B, H, W, I]
   * @param skipSum what earlier layers added to the output; null at first
   * @param condition classes [B] or vectors [B, D]; null without
   */
  State forward(
      Tape tape, Variable v, Variable h, @Nullable Variable skipSum, @Nullable Tensor condition) {
    Variable above = vertical.forward(tape, v);
    Variable linked = link.forward(tape, above);
    Variable gate =
        ActivationOps.gatedActivation(
            tape, horizontal.forward(tape, h, linked), added(tape, horizontalCondition, condition));
    Variable sum = skip.forward(tape, gate, skipSum);
    if (residual == null) {
      return new State(null, null, sum);
    }
    return new State(
        ActivationOps.gatedActivation(tape, above, added(tape, verticalCondition, condition)),
        residual.forward(tape, gate, first ? null : h),
        sum);
  }

  private static @Nullable Variable added(
      Tape tape, @Nullable Conditioning conditioning, @Nullable Tensor condition) {
    return conditioning == null || condition == null ? null : conditioning.forward(tape, condition);
  }
}
