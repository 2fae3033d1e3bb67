package dev.chainrule.pixelcnn.gated;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.kernel.Kernels;
import dev.chainrule.core.kernel.vector.PackedPanels;
import dev.chainrule.pixelcnn.MaskedConv2d;
import dev.chainrule.pixelcnn.RowBuffer;
import org.jspecify.annotations.Nullable;

/** What a layer's horizontal stack computes for a pixel. */
final class PixelStep {
  private final Kernels kernels;
  private final RowBuffer input;
  private final Tensor linked;
  private final int reach;
  private final PackedPanels gates;
  private final PackedPanels skips;
  private final @Nullable PackedPanels residual;
  private final Tensor gateInput;
  private final Tensor gate;
  private final @Nullable RowBuffer output;
  private final boolean first;

  /**
   * A layer's step.
   *
   * @param input what the layer reads
   * @param linked what its gate begins with [S, W, 2F]
   * @param outputPadding places to the left that the next layer reads
   * @param first whether it is the first layer, which has no residual connection
   */
  PixelStep(
      Kernels kernels,
      Parameters parameters,
      GatedLayer layer,
      RowBuffer input,
      Tensor linked,
      int outputPadding,
      boolean first) {
    this.kernels = kernels;
    this.input = input;
    this.linked = linked;
    this.first = first;
    reach = -layer.horizontal.taps().dx(0);
    // The bias of the gates is in what they begin with.
    gates = new PackedPanels(layer.horizontal.maskedWeight(parameters), null);
    skips = layer.skip.step(parameters);
    int streams = linked.dim(0);
    gateInput = Tensor.zeros(DType.FLOAT32, streams, gates.outputs());
    gate = Tensor.zeros(DType.FLOAT32, streams, gates.outputs() / 2);
    MaskedConv2d back = layer.residual;
    residual = back == null ? null : back.step(parameters);
    output =
        back == null ? null : new RowBuffer(streams, outputPadding, linked.dim(1), gate.dim(1));
  }

  /** The layer's output; null for the last. */
  @Nullable RowBuffer output() {
    return output;
  }

  /** Computes a pixel, and adds to the skip connections [S, F], or begins them. */
  void run(int column, Tensor skip) {
    int streams = gate.dim(0);
    int units = gates.outputs();
    int filters = gate.dim(1);
    gates.run(
        gateInput.address(),
        units,
        linked.address() + 4L * column * units,
        linked.dim(1) * units,
        input.address(column - reach),
        input.stride(),
        streams);
    kernels.activations().gatedActivation(gate, gateInput, null);
    long sum = skip.address();
    skips.run(sum, filters, first ? 0 : sum, filters, gate.address(), filters, streams);
    if (residual != null && output != null) {
      long base = first ? 0 : input.address(column);
      residual.run(
          output.address(column),
          output.stride(),
          base,
          input.stride(),
          gate.address(),
          filters,
          streams);
    }
  }
}
