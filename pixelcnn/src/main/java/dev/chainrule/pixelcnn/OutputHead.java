package dev.chainrule.pixelcnn;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.ElementwiseOps;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.autograd.Variable;
import dev.chainrule.core.kernel.Activation;
import dev.chainrule.core.kernel.Kernels;
import dev.chainrule.core.kernel.PackedLinear;
import dev.chainrule.core.kernel.Rows;
import dev.chainrule.core.kernel.Taps;

/**
 * The end of a network: ReLU, 1 x 1, ReLU, 1 x 1 to the parameters of the conditionals of a pixel's
 * channels, all masked.
 */
public final class OutputHead {
  private final ImageFormat format;
  private final MaskedConv2d hidden;
  private final MaskedConv2d logits;

  /**
   * Declares {@code head.hidden} and {@code head.logits}.
   *
   * @param numParameters of the conditional of a value P
   * @param inputs units before it
   * @param units of the hidden layer
   */
  public OutputHead(
      Parameters parameters, ImageFormat format, int numParameters, int inputs, int units) {
    this.format = format;
    int channels = format.channels();
    Taps own = Taps.at(0, 0);
    MaskedConv2d.Mask mask = MaskedConv2d.Mask.of(MaskType.B, channels, inputs, units);
    hidden = new MaskedConv2d(parameters, "head.hidden", inputs, units, own, true, mask);
    MaskedConv2d.Mask last =
        channels == 1
            ? null
            : new MaskedConv2d.Mask(
                MaskType.B,
                MaskedConv2d.Mask.turns(channels, units),
                MaskedConv2d.Mask.runs(numParameters));
    int outputs = channels * numParameters;
    logits = new MaskedConv2d(parameters, "head.logits", units, outputs, own, true, last);
  }

  /**
   * Parameters of all conditionals.
   *
   * @param x [B, H, W, inputs]
   * @return [B, H W C, P]
   */
  public Variable forward(Tape tape, Variable x) {
    x = hidden.forward(tape, ElementwiseOps.activation(tape, x, Activation.RELU));
    x = logits.forward(tape, ElementwiseOps.activation(tape, x, Activation.RELU));
    int perValue = x.value().dim(3) / format.channels();
    return tape.reshape(x, x.value().dim(0), format.dimensions(), perValue);
  }

  /** The head of single pixels, with the parameters' present values. */
  public Step step(Kernels kernels, Parameters parameters, int streams) {
    return new Step(
        kernels,
        hidden.step(kernels.steps(), parameters),
        logits.step(kernels.steps(), parameters),
        streams);
  }

  /** The head of single pixels. */
  public static final class Step {
    private final Kernels kernels;
    private final PackedLinear hidden;
    private final PackedLinear logits;
    private final Tensor in;
    private final Tensor units;
    private final Tensor out;
    private final Rows inRows;
    private final Rows unitRows;
    private final Rows outRows;

    private Step(Kernels kernels, PackedLinear hidden, PackedLinear logits, int streams) {
      this.kernels = kernels;
      this.hidden = hidden;
      this.logits = logits;
      in = Tensor.zeros(DType.FLOAT32, streams, hidden.inputs());
      units = Tensor.zeros(DType.FLOAT32, streams, hidden.outputs());
      out = Tensor.zeros(DType.FLOAT32, streams, logits.outputs());
      inRows = Rows.of(in);
      unitRows = Rows.of(units);
      outRows = Rows.of(out);
    }

    /**
     * Runs it.
     *
     * @param x a row of which each stream has a place
     * @return [S, C P]
     */
    public Tensor run(RowBuffer x, int column) {
      long width = in.dim(1);
      for (int s = 0; s < in.dim(0); s++) {
        in.copyFrom(s * width, x.places(), x.at(column) + (long) s * x.stride(), width);
      }
      return run(in);
    }

    /**
     * Runs it.
     *
     * @param x [S, inputs]
     * @return [S, C P]
     */
    public Tensor run(Tensor x) {
      kernels.activations().activation(in, x, Activation.RELU);
      kernels.steps().product(unitRows, null, hidden, inRows, in.dim(0));
      kernels.activations().activation(units, units, Activation.RELU);
      kernels.steps().product(outRows, null, logits, unitRows, in.dim(0));
      return out;
    }
  }
}
