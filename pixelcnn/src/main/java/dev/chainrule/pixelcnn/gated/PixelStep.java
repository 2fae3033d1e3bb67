package dev.chainrule.pixelcnn.gated;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.kernel.Kernels;
import dev.chainrule.core.kernel.PackedLinear;
import dev.chainrule.core.kernel.Rows;
import dev.chainrule.core.kernel.StepKernels;
import dev.chainrule.pixelcnn.MaskedConv2d;
import dev.chainrule.pixelcnn.RowBuffer;
import org.jspecify.annotations.Nullable;

/** What a layer's horizontal stack computes for a pixel. */
final class PixelStep {
  private final Kernels kernels;
  private final RowBuffer input;
  private final Rows linkedRows;
  private final int reach;
  private final PackedLinear gates;
  private final PackedLinear skips;
  private final @Nullable PackedLinear residual;
  private final Tensor gateInput;
  private final Tensor gate;
  private final Rows gateInputRows;
  private final Rows gateRows;
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
      Engine engine,
      Parameters parameters,
      GatedLayer layer,
      RowBuffer input,
      Tensor linked,
      int outputPadding,
      boolean first) {
    kernels = engine.kernels(0);
    this.input = input;
    linkedRows = new Rows(linked, 0, linked.size() / linked.dim(0));
    this.first = first;
    reach = -layer.horizontal.taps().dx(0);
    // The bias of the gates is in what they begin with.
    gates = kernels.steps().pack(engine.place(layer.horizontal.maskedWeight(parameters)), null);
    skips = layer.skip.step(engine, parameters);
    int streams = linked.dim(0);
    gateInput = engine.zeros(DType.FLOAT32, streams, gates.outputs());
    gate = engine.zeros(DType.FLOAT32, streams, gates.outputs() / 2);
    gateInputRows = Rows.of(gateInput);
    gateRows = Rows.of(gate);
    MaskedConv2d back = layer.residual;
    residual = back == null ? null : back.step(engine, parameters);
    output =
        back == null
            ? null
            : new RowBuffer(engine.memory(), streams, outputPadding, linked.dim(1), gate.dim(1));
  }

  /** The layer's output; null for the last. */
  @Nullable RowBuffer output() {
    return output;
  }

  /** Computes a pixel, and adds to the skip connections [S, F], or begins them. */
  void run(int column, Rows skip) {
    int streams = gate.dim(0);
    StepKernels steps = kernels.steps();
    Rows link = linkedRows.moveTo((long) column * gates.outputs());
    steps.product(gateInputRows, link, gates, input.rows(column - reach), streams);
    kernels.activations().gatedActivation(gate, gateInput, null);
    steps.product(skip, first ? null : skip, skips, gateRows, streams);
    if (residual != null && output != null) {
      Rows base = first ? null : input.rows(column);
      steps.product(output.rows(column), base, residual, gateRows, streams);
    }
  }
}
